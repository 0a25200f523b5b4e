"""Print the commands, one line each."""

COMMANDS = {
    "make run": "start the program at http://127.0.0.1:8000 with the demo team (HOST, PORT)",
    "make test": "all tests, those about data on PostgreSQL, the others on SQLite; journeys in a real browser",
    "make test-all": "every combination: engines, languages, themes, accessibility of every page",
    "make check": "lint, types, import contracts, templates, catalogues",
    "make faults": "plant one fault for each inspector and show that it is caught",
    "make bench": "server time per request against a bare Flask program, 10,000 ticks, 200 bursts of requests",
    "make demo": "start with fresh demo data",
    "make screenshots": "pictures of the main screens, in build/screenshots",
    "make format": "format the Python sources",
    "make lock": "resolve requirements*.in again into pinned, hashed requirements*.txt",
    "make notices": "write THIRD-PARTY.md from what is installed",
    "make clean": "remove everything that was built, and nothing that was typed in",
}

if __name__ == "__main__":
    for command, meaning in COMMANDS.items():
        print(f"  {command:<17} {meaning}")

"""Group bots of 飞书, 钉钉 and 企业微信: told what happens in the team, one line and a link each; they only push.

News becomes lines (`gathering`), a job takes what has waited long enough as one message (`pushing`), and what the
vendor answers is kept. A line is sent once; after a crash in the middle of a call it may be sent once more. What a line
says is worked out when it leaves: what was taken back or overtaken by then is not said. Of several messages a minute
only as many leave as the vendor takes; what was not taken waits, longer each time, until the bot is paused.

Another kind of news to tell: a topic with its news in `rules/topics.py`, its sentence in `words.py`, and in
`queries/lines.py` when it still holds.
"""

"""The application for servers: `gunicorn -c gunicorn.conf.py wsgi:app`, `flask --app wsgi planner …`."""

import config
from planner.app import create_app

app = create_app(config.load())

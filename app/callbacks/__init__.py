"""The few callbacks, a file per concern; app/server.py registers them."""

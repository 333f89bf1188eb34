"""One chart a file: figure = chart(data)."""

"""The browser workbench: a Gradio page around views of our own, and the routes that they talk to."""

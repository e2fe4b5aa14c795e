"""Command line, browser workbench and HTTP API: the only place that wires the floors together."""

"""Texts: what they are, how they come in and go out. Imports none of the other floors."""

"""Pairing sentences, words and quotes across languages. Stands on `corpora` alone."""

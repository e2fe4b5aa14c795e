"""Machine translation with Marian models. Stands on `corpora` alone."""

"""Every error Dragoman raises on purpose, as one tree.

    DragomanError                what a person can do something about; its text is one sentence that says what to do
    ├── InputError               the text, file or address handed in cannot be used
    │   ├── UnsupportedFormat    no reader or writer for it
    │   ├── UnsafeInput          refused: it would harm (zip bomb, entity expansion, private address)
    │   └── FetchError           an address could not be read
    ├── ModelError               a model is missing, broken or cannot do what was asked
    │   └── ModelNotFound        no model of that name here; says how to get it
    ├── OutputError              a result cannot be written (read-only folder, full disk)
    ├── AlignmentError           two texts cannot be aligned as asked
    └── StoreError               the project cannot be opened, read or written, or does not have what was asked for
        ├── Conflict             somebody else saved the segment first; both texts are kept
        └── CannotUndo           there is nothing to undo or redo, or somebody built on it since

The command line turns a DragomanError into one line and exit code 1; any other exception is our own fault.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpora.store.values import SegmentView


class DragomanError(Exception):
    """Base of all errors that Dragoman raises on purpose; ``str(error)`` is a sentence for the user."""


class InputError(DragomanError):
    """The text, file or address handed in cannot be used."""


class UnsupportedFormat(InputError):
    """There is no reader or writer for this format."""


class UnsafeInput(InputError):
    """The input was refused because reading it would do harm."""


class FetchError(InputError):
    """An address could not be read."""


class ModelError(DragomanError):
    """A model is broken or cannot do what was asked."""


class ModelNotFound(ModelError):
    """There is no model of that name on this machine."""


class OutputError(DragomanError):
    """A result could not be written."""


class AlignmentError(DragomanError):
    """Two texts cannot be aligned as asked."""


class StoreError(DragomanError):
    """The project cannot be opened, read or written, or does not have what was asked for."""


class Conflict(StoreError):
    """Somebody else changed the segment since it was read.

    ``mine`` is the text that was not saved (it is kept as a draft), ``theirs`` the segment as it stands now.
    """

    def __init__(self, mine: str, theirs: SegmentView) -> None:
        """Say who was first."""
        super().__init__(
            f"{theirs.editor or 'somebody'} has changed segment {theirs.id} of {theirs.document} since you opened it; "
            "your text is kept as a draft: compare the two and save again"
        )
        self.mine = mine
        self.theirs = theirs


class CannotUndo(StoreError):
    """There is nothing to undo or redo, or somebody built on the change since."""

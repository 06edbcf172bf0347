"""The one state behind every view: which photo, layer, channel, cell and class, and what the kernel knows of them.

Views read it and write it; none talks to another. What is chosen are ordinary traits: observe, link or set them.
Photos, tensors and answers are messages of their own (see messages.py), each with the id of the request it belongs to;
what a page asks for comes in through actions.py and questions.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from squeezeviz.explorer import actions
from squeezeviz.explorer.exploration import Exploration
from squeezeviz.explorer.exporting import Exported, write_page
from squeezeviz.explorer.models import bringing

if TYPE_CHECKING:
    from collections.abc import Callable

    from squeezeviz.explorer.models.arrivals import Arrival
    from squeezeviz.explorer.protocol import Request
    from squeezeviz.zoo.received import Received

__all__ = ["State"]


class State(Exploration):
    """What is being looked at. It has no picture of its own: give it to views.

    Args:
        load: Returns the model to begin with; called when it is first needed, so that a page appears at once.
        choose: Returns the model that is called so; by default those that `squeezeviz.load_model` finds.
        presets: The preprocessings on offer, by name.
        models: Names of models that a page may choose, and what each knows; by default the registered ones. Those that
            Python gives, here or in `use`, are added.
        **traits: Any trait of `Selection`, to begin with.
    """

    def page(self) -> tuple[str, str, bytes]:
        """Return the explorer, as it is now, as one file: a name for it, its media type, and its content.

        Raises:
            ModelError: The model cannot be loaded, or has a layer of a kind that a page cannot compute.
        """
        return write_page(self.exported())  # not under the lock: the page goes on meanwhile

    def exported(self) -> Exported:
        """Return the explorer, as it is now, to be written elsewhere.

        Raises:
            ModelError: The model cannot be loaded.
        """
        _ = self.model
        with self.guard:
            shown = {photo.id: (photo.kept.read, photo.decode_ms) for photo in self._photos}
            traits = {trait: getattr(self, trait) for trait in self.SETTABLE}
            traits |= {trait: self.trait_defaults(trait) for trait in self.NEEDS_KERNEL}
            names = dict.fromkeys([self.preset, *self.compared])
            presets = [self.preprocessing_called(name) for name in names]
            return Exported(self.model, shown, presets, traits)

    def reply(self, asked: Request) -> None:
        """Answer a question before it is asked."""
        actions.reply(self, asked)

    def bring(self, arrival: Arrival, kept: Callable[[], tuple[Received, bool]]) -> None:
        """Read a model that a page has brought, and let it answer; if it cannot, the one before goes on."""
        bringing.bring(self, arrival, kept)

    def _receive(self, _: object, content: dict[str, Any], buffers: list[memoryview]) -> None:
        actions.receive(self, content, buffers)
        with self.guard:
            self._photos.settle()
            if self._arithmetic and not any(p.kept.held is self._arithmetic.image for p in self._photos):
                self._arithmetic = None  # or a photo too large to be kept decoded would be kept here

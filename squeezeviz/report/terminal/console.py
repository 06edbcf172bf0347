"""A terminal that shows what it is given: no markup is read in it, no control character reaches it, in any encoding."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from squeezeviz.report.streams import plain, shown_in
from squeezeviz.visible import visible

__all__ = ["Part", "Terminal", "out", "remarks"]

#: Words, or words and their style in Rich's terms, such as ``("espresso", "bold")``.
Part = str | tuple[str, str] | Text


class Terminal(Console):
    """Standard output or error, for tables and lines.

    Styles stand beside the words, never within them: Rich's markup is not read, so that ``[/red]`` in a name is a name.
    Everything printed passes through `render_str` or `words`, which write control characters out. Of tables, cells that
    are plain strings do, too.

    Args:
        is_error: Whether it is standard error.
    """

    def __init__(self, *, is_error: bool = False) -> None:
        super().__init__(stderr=is_error, markup=False, emoji=False, highlight=False)

    @property
    def encoding(self) -> str:
        """That of the stream that is there now; Rich before 14 takes UTF-8 for granted."""
        return (getattr(self.file, "encoding", None) or "utf-8").lower()

    def name(self, text: object) -> str:
        r"""Return what came from outside, faithfully: what this terminal cannot show is written out, as ``\u0416``.

        Our own words need no such care: they have plain forms.
        """
        return shown_in(visible(str(text)), self.encoding)

    def words(self, *parts: Part) -> Text:
        """Return words with their styles, as a line, a cell or a title."""
        made = Text()
        for part in parts:
            if isinstance(part, Text):
                made.append_text(part)
            elif isinstance(part, tuple):
                made.append(self._shown(part[0]), part[1])
            else:
                made.append(self._shown(part))
        return made

    def say(self, *parts: Part, soft_wrap: bool = True) -> None:
        """Print a line.

        Args:
            parts: Its words.
            soft_wrap: Leave it to the terminal where the line breaks; otherwise it breaks between words.
        """
        self.print(self.words(*parts), soft_wrap=soft_wrap)

    def render_str(self, text: str, **options: Any) -> Text:  # noqa: ANN401 - Rich's own
        """Return a plain string as Rich prints it, with nothing in it read as markup."""
        return super().render_str(self._shown(text), **(options | {"markup": False, "emoji": False}))

    def _shown(self, text: str) -> str:
        return plain(visible(text), self.encoding)


#: Results go to standard output; progress and remarks go to standard error, so that pipes stay clean.
out = Terminal()
remarks = Terminal(is_error=True)

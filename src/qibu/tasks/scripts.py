"""What the person says on the telephone. The app that plans a kind of task brings its script:

    @slots.fills("task.panel", order=20)
    def script(request, task, **context):
        if task.kind.startswith("delivery."):
            return Script(_("交车回访"), (_("王先生您好，……"),), (_("车开得还顺手吗？"),))

A filler gets the task (customer and vehicle come with it) and gives a `Script`, a `slots.Panel` with further facts, an
`Act` where the work is done by a button of its own instead of by a call, or nothing. The words may hold what is in
`task.facts`; whoever fills them in does it before they come here.
"""

from __future__ import annotations

from dataclasses import dataclass

from qibu.ui.slots import Panel


@dataclass(frozen=True)
class Script:
    """`paragraphs` are read aloud, `questions` are asked one after the other; `source` says which plan it is from."""

    title: str
    paragraphs: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    source: str = ""


class Act(Panel):
    """A panel with what the task asks for: it stands across, above the words."""

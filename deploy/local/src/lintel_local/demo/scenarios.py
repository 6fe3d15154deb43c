"""The scenarios of all chapters, through the front door only, each with the events it caused."""

from lintel_local.demo.chapters import CHAPTERS
from lintel_local.demo.fixtures.context import Context


async def play(demo: Context) -> None:
    """One after another. Raise LocalError when one does not end as it should."""
    scenarios = [scenario for chapter in CHAPTERS for scenario in chapter.scenarios.items()]
    for number, (title, scenario) in enumerate(scenarios, start=1):
        demo.terminal.title(f"{number}. {title}")
        await scenario(demo)

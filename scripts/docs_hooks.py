"""Lets MkDocs build pages from files outside ``docs/``: the README, the project's pages, examples.

Adds those files to the site and rewrites the links between them and the pages of ``docs/``, which
are written so that they work where the files lie in the repository. Reads files; writes none.
"""

import re
from pathlib import Path, PurePosixPath
from posixpath import normpath, relpath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

# The page that a file of the repository's root becomes.
ROOT_PAGES = {
    "README.md": "index.md",
    "ARCHITECTURE.md": "ARCHITECTURE.md",
    "CONTRIBUTING.md": "CONTRIBUTING.md",
    "CHANGELOG.md": "CHANGELOG.md",
}
EXAMPLES = "examples.md"
# What tests read behind a block's language, as in ``console exit=2``: MkDocs would not see a block.
_FOR_TESTS = re.compile(r"^```([a-z]+) (?!title=).*$", re.MULTILINE)
_LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)(#[^)\s]*)?\)")


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the pages that are made of files outside ``docs/``, and the files they link to."""
    root = Path(config.config_file_path).parent
    for source, page in ROOT_PAGES.items():
        text = (root / source).read_text(encoding="utf-8")
        files.append(File.generated(config, page, content=text))
    files.append(File.generated(config, EXAMPLES, content=_page_of_examples(root / "examples")))
    files.append(File.generated(config, "LICENSE.txt", abs_src_path=str(root / "LICENSE")))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Rewrite the links of a page from places in the repository to places in the site."""
    places = {page: source for source, page in ROOT_PAGES.items()}
    uri = page.file.src_uri
    source = PurePosixPath(places.get(uri, "README.md" if uri == EXAMPLES else f"docs/{uri}"))

    def rewritten(match: re.Match[str]) -> str:
        target = normpath(str(source.parent / match[1]))
        place, anchor = _place(target, match[2] or "")
        return f"]({relpath(place, PurePosixPath(uri).parent)}{anchor})"

    return _FOR_TESTS.sub(r"```\1", _LINK.sub(rewritten, markdown))


def _place(target: str, anchor: str) -> tuple[str, str]:
    """Return the site's file and anchor for a path in the repository."""
    if target in ROOT_PAGES:
        return ROOT_PAGES[target], anchor
    if target == "LICENSE":
        return "LICENSE.txt", ""
    if target == "examples":
        return EXAMPLES, ""
    if target.startswith("examples/"):
        return EXAMPLES, "#" + _anchor(target.removeprefix("examples/"))
    return target.removeprefix("docs/"), anchor


def _page_of_examples(folder: Path) -> str:
    parts = ["# Examples", "", "The files of `examples/`, each a scenario that runs as it is.", ""]
    for path in sorted(
        [*folder.glob("*.yaml"), *folder.glob("steps/*.yaml"), *folder.glob("*.py")]
    ):
        name = path.relative_to(folder).as_posix()
        kind = "python" if path.suffix == ".py" else "yaml"
        text = path.read_text(encoding="utf-8").rstrip()
        parts += [f'<h2 id="{_anchor(name)}">{name}</h2>', "", f"```{kind}", text, "```", ""]
    return "\n".join(parts)


def _anchor(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")

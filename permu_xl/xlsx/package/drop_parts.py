"""Taking parts out of a package, with all that speaks of them."""

from __future__ import annotations

from permu_xl.xlsx.package import ooxml
from permu_xl.xlsx.package.package import CONTENT_TYPES, Package


def drop_related(package: Package, source: str, ending: str) -> bool:
    """Remove the parts that ``source`` leads to by relationships of a type, and return if any.

    ``ending`` ends the type; ``source`` "" is the package itself.  What only those parts lead to
    goes as well, and so do the relationships and content types.
    """
    found = [r for r in package.relations(source) if r.type.endswith(ending)]
    if not found:
        return False
    parts = _with_followers(package, [r.part for r in found if r.part is not None])
    ids = {relation.id for relation in found}
    holder = ooxml.relations_part(source)
    relations = package.xml(holder)
    for each in ooxml.children(relations):
        if each.get("Id") in ids:
            relations.remove(each)
    types = package.xml(CONTENT_TYPES)
    for each in ooxml.children(types):
        if each.get("PartName", "").lstrip("/").lower() in parts:
            types.remove(each)
    package.replace(holder, ooxml.serialize(relations))
    package.replace(CONTENT_TYPES, ooxml.serialize(types))
    for part in parts:
        if part in package:
            package.remove(part)
    return True


def _with_followers(package: Package, parts: list[str]) -> set[str]:
    """Return parts, what they lead to and where that is written down, all in lower case."""
    found: set[str] = set()
    waiting = list(parts)
    while waiting:
        part = waiting.pop()
        if part.lower() in found:
            continue
        found.add(part.lower())
        if (holder := ooxml.relations_part(part)) in package:
            found.add(holder.lower())
            waiting += [r.part for r in package.relations(part) if r.part is not None]
    return found

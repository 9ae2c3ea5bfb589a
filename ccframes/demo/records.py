"""Records of plain JSON values, built when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias, overload

Record: TypeAlias = dict[str, Any]

_CHUNK = 500


class Unknown(LookupError):
    """The account has nothing of that id."""


class NoStatistics(LookupError):
    """The account knows the id, and has no statistics for it."""


def found(things: Mapping[str, Any], key: str) -> Any:
    """Return the thing of that id; raise Unknown."""
    if key not in things:
        raise Unknown(key)
    return things[key]


class Rows(Sequence[Record]):
    """Records of which only the asked for slice is built, and none is kept.

    >>> rows = Rows(1_000_000, lambda part: [{"row": number} for number in range(1_000_000)[part]])
    >>> rows[7:9]
    [{'row': 7}, {'row': 8}]
    """

    def __init__(self, count: int, build: Callable[[slice], list[Record]]) -> None:
        self._count = count
        self._build = build

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> list[Record]: ...
    def __getitem__(self, index: int | slice) -> Record | list[Record]:
        if isinstance(index, slice):
            return self._build(index)
        place = range(self._count)[index]
        return self._build(slice(place, place + 1))[0]

    def __iter__(self) -> Iterator[Record]:
        for start in range(0, self._count, _CHUNK):
            yield from self._build(slice(start, start + _CHUNK))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # as lists: equal by value

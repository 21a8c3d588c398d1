"""Which organisation a line of a file means: the rule of identity, without the database.

Within a file two lines are one organisation if they have the same INN or, where one has none, the same name, and
- with the same INN: the same address, or one line without an address;
- by name: the same address; or a phone or e-mail in common where an address is missing; or no address on
  either line and nothing to call on one of them.
A different INN, or by name a different legal form, makes two organisations; so does a different KPP, and without an
INN in common a different registration code (БИК, ОГРН, ОКПО, SWIFT) in the note.

A counterparty that is there already stands for at most one organisation of a file. What agrees most is paired
first: INN with name or address; a code with name; name with address; name with a phone or e-mail; a code with
address or phone (the firm was renamed since); the INN alone, unless name and address both differ (a branch); at
last the name alone, where only one is left on either side and the addresses do not speak against it.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from altius_desktop.domain.search_text import search_text

CODES = ("БИК", "BIC", "ОГРН", "ОГРНИП", "ОКПО", "SWIFT")
_CODE_LINE = re.compile(rf"^({'|'.join(CODES)}): *(\S+)$", re.IGNORECASE | re.MULTILINE)
_WORD = re.compile(r"[^\W_]+")
# АО «…» was ОАО or ЗАО once; the law has renamed them all.
_JOINT_STOCK = frozenset({"ао", "зао", "оао", "пао", "нао"})
_ADDRESS_WORDS = frozenset(
    _WORD.findall(
        """россия рф г гор город ул улица д дом стр строение корп корпус пр кт проспект пер переулок
        оф офис пом помещение"""
    )
)


@dataclass(frozen=True)
class Marks:
    """What an organisation is known by; empty where it is not known."""

    name: str
    form: str
    inn: str
    kpp: str
    address: str
    codes: frozenset[tuple[str, str]]
    points: frozenset[str]


@dataclass
class Group:
    """The lines of one organisation, by their places in the file, and all that they say of it."""

    marks: Marks
    members: list[int] = field(default_factory=list)


def marks_of(
    *,
    name: str,
    inn: str | None,
    kpp: str | None,
    address: str | None,
    note: str | None,
    points: Iterable[str],
) -> Marks:
    words = search_text(name)
    return Marks(
        name=words,
        form=_legal_form(name, words),
        inn=inn or "",
        kpp=kpp or "",
        address=" ".join(word for word in search_text(address).split() if word not in _ADDRESS_WORDS),
        codes=frozenset((kind.upper(), value.upper()) for kind, value in _CODE_LINE.findall(note or "")),
        points=frozenset(points),
    )


def group_lines(lines: Sequence[Marks]) -> list[Group]:
    """The organisations of a file, in the order in which they first occur."""
    groups: list[Group] = []
    index: dict[Hashable, dict[int, Group]] = defaultdict(dict)
    for place, marks in enumerate(lines):
        near = (index[key] for key in _asked(marks) if key in index)
        number = next(
            (
                number
                for bucket in near
                for number, group in bucket.items()
                if _same_in_file(group.marks, marks)
            ),
            len(groups),
        )
        if number == len(groups):
            groups.append(Group(marks))
        group = groups[number]
        group.marks = _merged(group.marks, marks)
        group.members.append(place)
        for key in _entered(group.marks):
            index[key][number] = group
    return groups


def match_groups(groups: Sequence[Marks], known: Sequence[Marks]) -> dict[int, int]:
    """For each organisation that is known already its place in `known`; of equals the first there is taken."""
    found: dict[int, int] = {}
    free = set(range(len(known)))
    for keys_of in _PASSES:
        buckets: dict[Hashable, list[int]] = defaultdict(list)
        for place in sorted(free):
            for key in keys_of(known[place]):
                buckets[key].append(place)
        for number, marks in enumerate(groups):
            if number in found:
                continue
            near = (place for key in keys_of(marks) for place in buckets.get(key, ()))
            fits = next((p for p in near if p in free and not _is_another(marks, known[p])), None)
            if fits is not None:
                found[number] = fits
                free.remove(fits)
    found.update(_match_by_name_alone(groups, known, set(range(len(groups))) - found.keys(), free))
    return found


def _match_by_name_alone(
    groups: Sequence[Marks], known: Sequence[Marks], left: set[int], free: set[int]
) -> dict[int, int]:
    named: dict[str, list[int]] = defaultdict(list)
    for number in sorted(left):
        named[groups[number].name].append(number)
    candidates: dict[str, list[int]] = defaultdict(list)
    for place in free:
        candidates[known[place].name].append(place)
    return {
        ours[0]: theirs[0]
        for name, ours in named.items()
        if len(ours) == 1
        and len(theirs := candidates.get(name, [])) == 1
        and not _is_another(groups[ours[0]], known[theirs[0]])
        and _may_be_one_address(groups[ours[0]].address, known[theirs[0]].address)
    }


def _pairs(left: Iterable[Hashable], *rest: Hashable) -> list[Hashable]:
    """Keys of all that is filled; none where anything of `rest` is missing."""
    return [(one, *rest) for one in left if one] if all(rest) else []


_PASSES: tuple[Callable[[Marks], list[Hashable]], ...] = (
    lambda m: _pairs([m.inn], m.name, m.address),
    lambda m: _pairs([m.inn], m.name),
    lambda m: _pairs([m.inn], m.address),
    lambda m: _pairs(m.codes, m.name, m.address),
    lambda m: _pairs(m.codes, m.name),
    lambda m: _pairs([m.name], m.address),
    lambda m: _pairs(m.points, m.name),
    lambda m: _pairs(m.codes, m.address),
    lambda m: [key for point in m.points for key in _pairs(m.codes, point)],
    lambda m: _pairs([m.inn]),
)


def _is_another(one: Marks, other: Marks) -> bool:
    """Whether something speaks against the two being one organisation."""
    if one.kpp and other.kpp and one.kpp != other.kpp:
        return True
    if one.inn and other.inn:
        if one.inn != other.inn:
            return True
        return one.name != other.name and not _may_be_one_address(one.address, other.address)
    theirs = dict(other.codes)
    if any(theirs.get(kind, value) != value for kind, value in one.codes):
        return True
    if one.codes & other.codes:
        return False
    return bool(one.form and other.form and one.form != other.form)


def _may_be_one_address(one: str, other: str) -> bool:
    """Whether one is missing or says less than the other."""
    ours, theirs = set(one.split()), set(other.split())
    return ours <= theirs or theirs <= ours


def _same_in_file(one: Marks, other: Marks) -> bool:
    if _is_another(one, other):
        return False
    if one.inn and one.inn == other.inn:
        return not one.address or not other.address or one.address == other.address
    if one.name != other.name:
        return False
    if one.address and other.address:
        return one.address == other.address
    neither = not one.address and not other.address
    return bool(one.points & other.points) or (neither and not (one.points and other.points))


def _entered(marks: Marks) -> list[Hashable]:
    """The keys under which an organisation is found by later lines."""
    keys: list[Hashable] = [("name", marks.name, point) for point in marks.points]
    if marks.address:
        keys += [("name, address", marks.name, marks.address)]
    else:
        keys += [("name, no address", marks.name)]
        keys += [] if marks.points else [("name alone", marks.name)]
    if marks.inn:
        keys += [("inn", marks.inn), ("inn", marks.inn, marks.address)]
    return keys


def _asked(marks: Marks) -> list[Hashable]:
    """The keys under which a line's organisation may have been entered; few, however often a name occurs."""
    keys: list[Hashable] = []
    if marks.inn:
        keys += [("inn", marks.inn, marks.address), ("inn", marks.inn, "")]
        keys += [] if marks.address else [("inn", marks.inn)]
    if marks.address:
        keys += [("name, address", marks.name, marks.address)]
    keys += [("name", marks.name, point) for point in marks.points]
    if not marks.address:
        keys += [("name alone", marks.name)] if marks.points else [("name, no address", marks.name)]
    return keys


def _merged(one: Marks, other: Marks) -> Marks:
    return replace(
        one,
        form=one.form or other.form,
        inn=one.inn or other.inn,
        kpp=one.kpp or other.kpp,
        address=one.address or other.address,
        codes=one.codes | other.codes,
        points=one.points | other.points,
    )


def _legal_form(name: str, words: str) -> str:
    """«ооо» also of the long form, whose first letters it is; «ао» of every joint-stock company."""
    kept = set(words.split())
    dropped = [w for w in _WORD.findall(name.lower().replace("ё", "е")) if w not in kept and w != "с"]
    form = "".join(word if len(word) <= 5 else word[0] for word in dropped)
    return "ао" if form in _JOINT_STOCK else form

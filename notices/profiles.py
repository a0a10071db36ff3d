"""Which envelope a letter is folded into, and where its window leaves room for the address.

A profile is data: millimetres from the top left corner of the sheet. The sending office's
stationery names the profile; the destination decides address order and country line elsewhere.

Source: DIN 5008:2020 forms B and A for the two German profiles. The sizes of the US #10 single
window and of the UK DL window are recalled, not measured: check them against the stock in the
cupboard (print the test page, fold it, look through the window) before anyone relies on them.
`Profile.size_is_recalled` marks these two.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

NUDGE_MOST_MM = 5.0


class UnknownProfile(LookupError):
    """No stationery has this key."""


class NudgeTooFar(ValueError):
    """The address was to be moved further than an envelope's window ever needs."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A rectangle on the sheet, in mm from its top left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where the rectangle ends on the right, in mm from the left edge."""
        return round(self.x + self.width, 3)

    @property
    def bottom(self) -> float:
        """Where the rectangle ends below, in mm from the top edge."""
        return round(self.y + self.height, 3)

    def moved(self, right_mm: float, down_mm: float) -> Zone:
        """The same rectangle elsewhere on the sheet."""
        return replace(self, x=round(self.x + right_mm, 3), y=round(self.y + down_mm, 3))

    def holds(self, other: Zone, *, tolerance_mm: float = 0.0) -> bool:
        """Whether the other rectangle lies wholly inside this one."""
        return (
            other.x >= self.x - tolerance_mm
            and other.y >= self.y - tolerance_mm
            and other.right <= self.right + tolerance_mm
            and other.bottom <= self.bottom + tolerance_mm
        )


@dataclass(frozen=True, slots=True)
class Profile:
    """One sheet and the envelope it goes into; every length in mm.

    Args:
        window: the envelope's window as it lies over a sheet pushed to the envelope's top.
        address_zone: what stays visible however the sheet slides in its envelope.
        address: where the address lines may stand inside that zone.
        return_line: the sender's line inside the window, where the stationery has one.
        notes: room for the registered line, directly above the address.
        address_lines_most: how many address lines the profile holds.
        address_line_height: height of one of these lines at full size.
        address_point_size: full size of the address type in points.
        body_top: where subject and body begin on the first page.
    """

    key: str
    name: str
    envelope: str
    sheet_width: float
    sheet_height: float
    margin_left: float
    margin_right: float
    margin_foot: float
    letterhead: Zone
    window: Zone
    address_zone: Zone
    address: Zone
    return_line: Zone | None
    notes: Zone
    address_lines_most: int
    address_line_height: float
    address_point_size: float
    reference: Zone
    body_top: float
    fold_marks: tuple[float, ...]
    hole_mark: float | None
    size_is_recalled: bool = False
    nudge_right: float = 0.0
    nudge_down: float = 0.0

    @property
    def text_width(self) -> float:
        """Room between the left and the right margin, in mm."""
        return round(self.sheet_width - self.margin_left - self.margin_right, 3)

    def nudged(self, right_mm: float, down_mm: float) -> Profile:
        """The same stationery with everything seen through the window moved a little.

        Printers feed paper askew and stock differs between makers; letterhead, reference block
        and body stay where they are.

        Raises:
            NudgeTooFar: either way is more than 5 mm, or not a number.
        """
        for millimetres in (right_mm, down_mm):
            if not -NUDGE_MOST_MM <= millimetres <= NUDGE_MOST_MM:
                raise NudgeTooFar(
                    f"The address can be moved by at most {NUDGE_MOST_MM:g} mm, "
                    f"not by {millimetres:g} mm."
                )
        if not right_mm and not down_mm:
            return self
        return replace(
            self,
            window=self.window.moved(right_mm, down_mm),
            address_zone=self.address_zone.moved(right_mm, down_mm),
            address=self.address.moved(right_mm, down_mm),
            return_line=self.return_line and self.return_line.moved(right_mm, down_mm),
            notes=self.notes.moved(right_mm, down_mm),
            nudge_right=self.nudge_right + right_mm,
            nudge_down=self.nudge_down + down_mm,
        )


def _din5008(key: str, name: str, *, zone_top: float, letterhead_height: float) -> Profile:
    """Form A is form B with everything of the first page 18 mm higher."""
    return Profile(
        key=key,
        name=name,
        envelope="DIN lang or C6/5, window 90 × 45",
        sheet_width=210,
        sheet_height=297,
        margin_left=25,
        margin_right=20,
        margin_foot=25,
        letterhead=Zone(25, 10, 165, letterhead_height - 10),
        window=Zone(20, zone_top, 90, 45),
        address_zone=Zone(20, zone_top, 85, 45),
        return_line=Zone(25, zone_top, 80, 5),
        notes=Zone(25, zone_top + 5, 80, 12.7),
        address=Zone(25, zone_top + 17.7, 80, 27.3),
        address_lines_most=6,
        address_line_height=4.23,
        address_point_size=10,
        reference=Zone(125, zone_top + 5, 75, 49.5),
        body_top=zone_top + 58.5,
        fold_marks=(zone_top + 60, zone_top + 165),
        hole_mark=148.5,
    )


PROFILES: dict[str, Profile] = {
    profile.key: profile
    for profile in (
        _din5008("din5008b", "A4, DIN 5008 form B", zone_top=45, letterhead_height=45),
        _din5008("din5008a", "A4, DIN 5008 form A", zone_top=27, letterhead_height=27),
        Profile(
            key="us10",
            name="US Letter, #10 single window",
            envelope="#10, window 4½ × 1⅛ in",
            sheet_width=215.9,
            sheet_height=279.4,
            margin_left=22.2,
            margin_right=22.2,
            margin_foot=22,
            letterhead=Zone(22.2, 12.7, 98, 32.3),
            window=Zone(22.2, 63.5, 114.3, 28.6),
            address_zone=Zone(22.2, 63.5, 88.9, 19.1),
            return_line=None,
            notes=Zone(22.2, 56.5, 88.9, 5),
            address=Zone(22.2, 65, 88.9, 17.6),
            address_lines_most=4,
            address_line_height=3.88,
            address_point_size=10,
            # Short, because this window reaches under the block and the sheet slides 9.5 mm in it.
            reference=Zone(125, 12.7, 72, 41),
            body_top=98,
            fold_marks=(95.3, 187.3),
            hole_mark=None,
            size_is_recalled=True,
        ),
        Profile(
            key="ukdl",
            name="A4, UK DL window",
            envelope="DL, window 90 × 35",
            sheet_width=210,
            sheet_height=297,
            margin_left=22,
            margin_right=20,
            margin_foot=22,
            letterhead=Zone(22, 15, 98, 35),
            window=Zone(20, 57, 90, 35),
            address_zone=Zone(20, 57, 80, 24),
            return_line=None,
            notes=Zone(22, 51, 78, 5),
            address=Zone(22, 58, 78, 23),
            address_lines_most=5,
            address_line_height=4.23,
            address_point_size=10,
            reference=Zone(125, 22, 65, 74),
            body_top=100,
            fold_marks=(99, 198),
            hole_mark=148.5,
            size_is_recalled=True,
        ),
    )
}


@cache
def profile_for(key: str, nudge_right_mm: float = 0.0, nudge_down_mm: float = 0.0) -> Profile:
    """The stationery of this key, its window moved as the office asked.

    Raises:
        UnknownProfile: no stationery has this key.
        NudgeTooFar: the window was to move by more than 5 mm.
    """
    try:
        profile = PROFILES[key]
    except KeyError:
        known = ", ".join(sorted(PROFILES))
        raise UnknownProfile(f"There is no stationery {key!r}; there are {known}.") from None
    return profile.nudged(nudge_right_mm, nudge_down_mm)


def choices() -> list[tuple[str, str]]:
    """Key and name of every stationery, for a form's list."""
    return [(profile.key, profile.name) for profile in PROFILES.values()]

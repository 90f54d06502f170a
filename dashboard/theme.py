"""Colours of charts and marks, light and dark; Streamlit's own are in `.streamlit/config.toml`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """What a chart is drawn with."""

    text: str
    muted: str
    grid: str
    surface: str
    series: tuple[str, ...]
    """In the order of use; the last one is for what is left over."""


LIGHT = Theme(
    text="#1D1830",
    muted="#5F5A72",
    grid="#E4DFF2",
    surface="#FFFFFF",
    # each at least 3:1 on white
    series=("#5B3FD6", "#C96F0A", "#0B8575", "#D6336C", "#2F7FD1", "#7A7E00", "#8C5A3C", "#7C7890"),
)

DARK = Theme(
    text="#EDEAF7",
    muted="#A9A3C2",
    grid="#352F4B",
    surface="#1E1A2E",
    series=("#9B85FF", "#FFB057", "#3FD0BC", "#FF7AA8", "#6DB3FF", "#D0D44A", "#D6A58A", "#8A86A0"),
)


def theme(kind: str | None) -> Theme:
    """The colours of `light` or `dark`."""
    return DARK if kind == "dark" else LIGHT

"""Settings of the administrator that forbid macros, or what the add-in's macros do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

__all__ = ["Policy", "policies"]

Registry = Callable[[str, str, str, int], str | None]

_VERSIONS = ("16.0", "15.0", "14.0")
_ROOTS = (r"Software\Policies\Microsoft\Office", r"Software\Microsoft\Office")
_ASR = (
    r"SOFTWARE\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules",
    r"SOFTWARE\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules",
)
_ADMINISTRATOR = "这是管理员的设置，请信息人员看 docs/it.md 后决定是否放行。"
_TRUST_CENTER = "在 Excel 的“选项→信任中心→信任中心设置”里改；改不动的，请信息人员处理。"


@dataclass(frozen=True, slots=True)
class Policy:
    """A setting that is in the way: it ``blocks`` the add-in, or only workbooks with macros."""

    found: str
    remedy: str
    blocks: bool = True


@dataclass(frozen=True, slots=True)
class _Rule:
    """A value below an Office version's key, and what it means where it is set to one of these."""

    key: str
    name: str
    values: tuple[str, ...]
    meaning: str
    blocks: bool


_RULES = (
    _Rule(r"Common", "VBAOff", ("1",), "Office 的 VBA 被整个关闭", True),
    _Rule(r"Excel\Security", "DisableAllAddins", ("1",), "禁止了所有加载项", True),
    _Rule(r"Excel\Security", "RequireAddinSig", ("1",), "加载项必须有受信任的签名", True),
    _Rule(
        r"Excel\Security\Trusted Locations", "AllLocationsDisabled", ("1",),
        "停用了受信任位置，XLSTART 里的加载项也要看宏设置", False,
    ),
    _Rule(r"Excel\Security", "VBAWarnings", ("4",), "禁用所有宏，并且不通知", False),
    _Rule(r"Excel\Security", "VBAWarnings", ("3",), "只允许有受信任签名的宏", False),
    _Rule(
        r"Excel\Security", "BlockContentExecutionFromInternet", ("1",),
        "来自网络的文件里的宏一律停用，含宏的模板要先解除锁定", False,
    ),
)  # fmt: skip
_ASR_RULES = {
    "92E97FA1-2EDF-4476-BDD6-9DD0B4DDDC7B": "禁止 Office 宏调用 Windows 函数",
    "D4F940AB-401B-4EFC-AADC-AD5F3C50688A": "禁止 Office 启动别的程序，Excel 启动不了 Python",
}
"""Rules of Defender's attack surface reduction that the add-in cannot work under."""
_BLOCK, _WARN = "1", "6"


def policies(registry: Registry) -> Iterator[Policy]:
    """Yield the settings that are in the way, as the registry has them."""
    for rule in _RULES:
        yield from _first(registry, rule)
    for number, meaning in _ASR_RULES.items():
        values = {registry("HKLM", key, number, 64) for key in _ASR}
        if values & {_BLOCK, _WARN}:
            yield Policy(f"Defender 的攻击面减少规则{meaning}（{number}）", _ADMINISTRATOR)


def _first(registry: Registry, rule: _Rule) -> Iterator[Policy]:
    for root in _ROOTS:
        for hive in ("HKCU", "HKLM"):
            for version in _VERSIONS:
                key = rf"{root}\{version}\{rule.key}"
                if registry(hive, key, rule.name, 64) in rule.values:
                    remedy = _ADMINISTRATOR if "Policies" in root else _TRUST_CENTER
                    where = rf"{hive}\{key}\{rule.name}"
                    yield Policy(f"{rule.meaning}（{where}）", remedy, rule.blocks)
                    return

"""The hidden sheet of the live template of a scheme that one PERMU_EVALUATE serves: its columns.

That call gives values, scores, sums, ranks and classes; groups come from PERMU_GROUP.  Who stands
where in its ranking unit, and with which sort key, is worked out by plain formulas.
"""

from __future__ import annotations

from collections.abc import Iterator

from permu_xl.engine import used_attributes
from permu_xl.engine.model import CutPoints, Key, Scheme
from permu_xl.workbook import layout
from permu_xl.workbook.live.references import HELPER, Places, live_name

__all__ = ["Plan"]


class Plan:
    """What a scheme needs on the hidden sheet, column by column."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.derived = any(a.derived for a in scheme.attributes.values())
        used = used_attributes(scheme)
        self.sorting = [id for id in scheme.attributes if id in used]
        """The attributes that decide something this year."""
        self.last_sorting = [id for id in self.sorting if used[id]]
        rules = [track.rule for track in scheme.tracks]
        self.most_cuts = max(
            (len(r.cuts) - 1 for r in rules if isinstance(r, CutPoints)), default=0
        )
        self.labels = layout.selection_labels(scheme)
        self.key_columns = list(
            dict.fromkeys(id for key in _keys(scheme) if key.kind == "columns" for id in key.ids)
        )
        flags = [flag for group in scheme.ungraded for flag in group.when]
        flags += [flag for guard in scheme.guards for flag in (*guard.when, *guard.unless)]
        flags += [flag for s in scheme.selections for flag in s.flagged]
        self.flags = [flag for flag in scheme.flags if flag in flags]
        self.members = list(
            dict.fromkeys(
                condition
                for indicator, group in scheme.baseline_rows
                if (condition := self.condition(indicator.id, group)) != ((), "", "")
            )
        )

    def condition(self, indicator: str, group: str) -> tuple[tuple[str, ...], str, str]:
        """Return which firms a baseline is about: tracks (none: all), attribute and its value."""
        tracks = tuple(track.name for track in self.scheme.tracks_of(indicator))
        everybody = len(tracks) == len(self.scheme.tracks)
        by = self.scheme.indicator(indicator).baseline.by
        return () if everybody else tracks, by, group

    def member(self, indicator: str, group: str, prefix: str = "") -> str:
        """Return the key of the column that says who a baseline is about (``last_``: last year)."""
        condition = self.condition(indicator, group)
        if condition == ((), "", ""):
            return f"{prefix}in"
        return f"{prefix}member{self.members.index(condition) + 1}"

    @property
    def groups(self) -> list[str]:
        """The keys of the columns of 原始数据 that the functions take as groups."""
        return [a.id for a in self.scheme.asked_attributes] + ["industry"] * self.derived

    @property
    def columns(self) -> dict[str, str]:
        """The keys and headers of the columns."""
        scheme, members = self.scheme, range(1, len(self.members) + 1)
        names = {"industry": "行业代码"} | {a.id: a.name for a in scheme.attributes.values()}
        k = len(scheme.indicators)
        evaluated = [
            *(i.name for i in scheme.indicators),
            *(f"{i.name}得分" for i in scheme.indicators),
            *("得分合计", "加分合计", "总分", "名次", "分类", "提示"),
        ]
        columns = {
            "firm": "是否企业",
            "scope": "按规则参评",
            "in": "参评",
            "last_scope": "上年按规则参评",
            "last_in": "上年参评",
            "serial": "序号",
            "code": "统一社会信用代码",
            "name": "企业名称",
            "weight": "各指标权重",
            "cap": "各指标封顶倍数",
        }
        columns |= {f"group:{id}": names[id] for id in self.groups}
        if self.last_sorting:
            columns["last_firm"] = "上年是否企业"
            columns |= {f"last_group:{id}": f"上年{names[id]}" for id in self.groups}
        columns |= {f"is:{id}": f"{names[id]}（规范）" for id in self.sorting}
        columns |= {f"last_is:{id}": f"上年{names[id]}（规范）" for id in self.last_sorting}
        columns |= {f"member{m}": f"基准范围{m}" for m in members}
        columns |= {f"last_member{m}": f"上年基准范围{m}" for m in members}
        if scheme.bonus.labels:
            columns["labels"] = "加分项（规范）"
        columns |= {"points": "直接加分", "bonus": "加分"}
        columns |= {f"e{n + 1}": evaluated[n] for n in range(2 * k + 6)}
        columns |= {f"figure:{id}": scheme.columns[id].name for id in self.key_columns}
        columns |= {f"flag:{id}": scheme.flags[id].name for id in self.flags}
        columns |= {
            "graded": "参加排名",
            "unit": "排名单元",
            "unit_number": "单元号",
            "size": "单元户数",
            "tie": "同分次序",
            "place": "总分次序",
        }
        if layout.has_halves(scheme):
            columns["upper"] = "前半区户数"
        columns |= {f"cut{n}": f"第{n}段末位" for n in range(1, self.most_cuts + 1)}
        columns["section"] = "所在段"
        if layout.has_halves(scheme):
            columns["half"] = "半区"
        for n, label in enumerate(self.labels, 1):
            columns |= {f"key{n}": f"{label}类排序分", f"picked{n}": f"列入{label}类名单"}
        if scheme.guards:
            columns["by_place"] = "按位次的分类"
            columns |= {f"guard{n}": guard.name for n, guard in enumerate(scheme.guards, 1)}
        return columns | {
            "out": "不参评的分类",
            "decided": "调整所在行",
            "final": "最终分类",
            "reason": "参评说明",
            "ground": "位次说明",
            "basis": "判定依据",
        }

    @property
    def evaluated(self) -> int:
        """The number of columns that PERMU_EVALUATE gives."""
        return 2 * len(self.scheme.indicators) + 6

    def blocks(self, places: Places) -> Iterator[tuple[str, str, str]]:
        """Yield the array formulas over all rows: first column, last column, formula."""
        named = places.scheme_argument()
        for prefix, asked in (("", self.sorting), ("last_", self.last_sorting)):
            for id in asked:
                call = f'PERMU_GROUP("{id}",{live_name(prefix + "groups")}{named})'
                yield f"{prefix}is:{id}", f"{prefix}is:{id}", f'{call}&""'
        for id in self.key_columns:
            yield f"figure:{id}", f"figure:{id}", _figures(places, id)
        yield "points", "points", _figures(places, "bonus_points")
        flags = live_name("flags") if self.scheme.flags else ""
        groups = live_name("groups") if self.groups else ""
        beside = [live_name("bonus"), flags, live_name("in"), f'"{self.scheme.id}"', groups]
        beside += [live_name(key) for key in ("weight", "cap", "serial")]
        given = f"{live_name('data')},{live_name('baselines')},{','.join(beside)}"
        yield "e1", f"e{self.evaluated}", f"PERMU_EVALUATE({given})"

    def names(self, places: Places) -> dict[str, str]:
        """Return what the defined names stand for, beside single columns of the hidden sheet."""
        k = len(self.scheme.indicators)
        areas = {
            "data": places.figures(layout.DATA),
            "baselines": places.span(layout.BASELINES, "value"),
            "method": places.span(layout.PARAMETERS, "method"),
            "weight": places.span(HELPER, "weight", rows=k),
            "cap": places.span(HELPER, "cap", rows=k),
        }
        if self.scheme.flags:
            areas["flags"] = places.flags()
        if self.groups:
            first, last = self.groups[0], self.groups[-1]
            areas["groups"] = places.span(HELPER, f"group:{first}", f"group:{last}")
        if self.last_sorting:
            areas["last_groups"] = places.span(HELPER, f"last_group:{first}", f"last_group:{last}")
        keys = ["firm", "in", "last_in", "serial", "code", "name", "bonus", "unit", "out"]
        keys += ["final", "basis", *(["half"] if layout.has_halves(self.scheme) else [])]
        keys += [f"e{n + 1}" for n in range(self.evaluated)]
        keys += [f"key{n}" for n in range(1, len(self.labels) + 1)]
        keys += [f"{p}member{m + 1}" for m in range(len(self.members)) for p in ("", "last_")]
        areas |= {key: places.span(HELPER, key) for key in keys}
        return {live_name(key): area for key, area in areas.items()}

    def limits(self, places: Places) -> Iterator[tuple[str, int, str]]:
        """Yield column, position and formula of the weights and caps on 参数."""
        rows = layout.parameter_rows(self.scheme)
        for position, indicator in enumerate(self.scheme.indicators):
            row = rows.index((indicator, ""))
            for key in ("weight", "cap"):
                cell = places.parameter(key, row)
                yield key, position, f'IF({cell}="","",{cell})'


def _figures(places: Places, key: str) -> str:
    """Return a column of 原始数据 as numbers, those written as text too."""
    return f"PERMU_INDICATOR({places.span(layout.DATA, key)},1)"


def _keys(scheme: Scheme) -> list[Key]:
    return [track.ranking.ties for track in scheme.tracks] + [s.key for s in scheme.selections]

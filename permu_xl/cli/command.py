"""How a command is defined: options, help and body in one place, on click.

>>> @command("hello", "问好")
... @argument("name", "姓名", "向谁问好")
... @option("--loud", is_flag=True, help="大声")
... def hello(name: str, loud: bool) -> int:
...     return 0
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

import click

from permu_xl.cli.chinese import Formatter

__all__ = [
    "Command",
    "Decorator",
    "Group",
    "argument",
    "command",
    "debugging",
    "first_word",
    "group",
    "option",
]

Body = Callable[..., Any]
Decorator = Callable[[Body], Body]

_DEBUG = "permu_xl.debug"


class Context(click.Context):
    """A call whose help is laid out for Chinese."""

    formatter_class = Formatter


class Argument(click.Argument):
    """A positional parameter with a help of its own, whatever the version of click."""

    def __init__(self, *declared: Any, text: str, **settings: Any) -> None:
        super().__init__(*declared, **settings)
        self.text = text

    def usage_name(self) -> str:
        """Return how it stands in the line of usage."""
        several = " ..." if self.nargs != 1 else ""
        return f"{self.metavar}{several}" if self.required else f"[{self.metavar}{several}]"

    def get_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return how it stands in the line of usage."""
        return [self.usage_name()]

    def get_error_hint(self, ctx: click.Context | None) -> str:
        """Return how an error names it."""
        return str(self.metavar)


class Option(click.Option):
    """An option that never takes another option of its command for its value."""

    def get_error_hint(self, ctx: click.Context | None) -> str:
        """Return how an error names it."""
        return " / ".join(self.opts)

    def process_value(self, ctx: click.Context, value: Any) -> Any:
        """Return the value; raise BadOptionUsage where it is the name of an option."""
        given = value if isinstance(value, (list, tuple)) else [value]
        names = {name for each in ctx.command.get_params(ctx) for name in each.opts}
        if any(isinstance(each, str) and each in names - {"-"} for each in given):
            from gettext import ngettext

            text = ngettext(
                "Option {name!r} requires an argument.",
                "Option {name!r} requires {nargs} arguments.",
                1,
            )
            raise click.BadOptionUsage(self.opts[0], text.format(name=self.opts[0], nargs=1), ctx)
        return super().process_value(ctx, value)


def _remember_debug(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        context.find_root().meta[_DEBUG] = True


def debugging(context: click.Context | None) -> bool:
    """Return whether --debug was given, before or after the command."""
    return context is not None and bool(context.meta.get(_DEBUG))


class _Helped(click.Command):
    """What commands and groups of commands have in common: --debug, and Chinese help."""

    context_class = Context

    def __init__(self, *given: Any, **settings: Any) -> None:
        settings.setdefault("context_settings", {"help_option_names": ["-h", "--help"]})
        super().__init__(*given, **settings)
        self.options_metavar = "[选项]"
        self.params.append(
            Option(
                ["--debug"],
                is_flag=True,
                is_eager=True,
                expose_value=False,
                callback=_remember_debug,
                help="出错时显示程序内部的详细信息",
            )
        )

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return the parts of the line of usage: positional parameters, then options."""
        options, *others = super().collect_usage_pieces(ctx)
        return [*others, options]

    def format_arguments(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write nothing: ``format_options`` writes them."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the positional parameters and the options, each under a heading of its own."""
        named = [p for p in self.params if isinstance(p, Argument)]
        if named:
            with formatter.section("参数"):
                formatter.write_dl([(str(each.metavar), each.text) for each in named])
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)
        options = (p for p in self.get_params(ctx) if not isinstance(p, click.Argument))
        records = [record for p in options if (record := p.get_help_record(ctx)) is not None]
        with formatter.section("选项"):
            formatter.write_dl(records)


class Command(_Helped):
    """One command."""


class Group(_Helped, click.Group):
    """A command of commands, whose modules are imported when they are called or listed.

    ``homes`` gives for each command, in the order of the help, the module below
    ``permu_xl.cli.commands`` and the name in it, such as ``{"run": "district.run"}``; ``files`` is
    the home of the command that is meant where the first word is no command but a file.
    """

    def __init__(
        self,
        *given: Any,
        homes: Mapping[str, str] | None = None,
        files: str | None = None,
        **settings: Any,
    ) -> None:
        settings = {"subcommand_metavar": "命令 ...", "no_args_is_help": False, **settings}
        super().__init__(*given, **settings)
        self.homes = dict(homes or {})
        self.files = files

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, in the order of the year."""
        return [*self.homes, *self.commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, importing its module; None where there is none of that name."""
        if cmd_name not in self.homes:
            return self.commands.get(cmd_name)
        return self.loaded(self.homes[cmd_name])

    def loaded(self, home: str) -> click.Command:
        """Return a command by its home, importing its module."""
        module, _, name = home.partition(".")
        found = getattr(import_module(f"permu_xl.cli.commands.{module}"), name)
        assert isinstance(found, click.Command)
        return found

    def subcommand(self, name: str, text: str, **settings: Any) -> Callable[[Body], Command]:
        """Make a command of this group of a body; ``text`` says what it does."""

        def decorate(body: Body) -> Command:
            made = command(name, text, **settings)(body)
            self.add_command(made)
            return made

        return decorate

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is called; raise UsageError where there is none."""
        name = args[0]
        found = self.get_command(ctx, name)
        if found is None and self.files is not None:
            from permu_xl.cli.paths import is_file_word

            if is_file_word(name):
                return "", self.loaded(self.files), args
        if found is None:
            from difflib import get_close_matches

            near = get_close_matches(name, self.list_commands(ctx))
            meant = f"（是不是 {'、'.join(near)}）" if near else ""
            raise click.UsageError(f"没有命令 {name}{meant}", ctx)
        return name, found, args[1:]


def first_word(args: Sequence[str], *commands: click.Command) -> int | None:
    """Return the place of the first word that is no option nor the value of one.

    ``commands`` are those whose options may stand before it.
    """
    params = (each for one in commands for each in one.params if isinstance(each, click.Option))
    with_value = {name for each in params if not each.is_flag for name in each.opts}
    places = iter(range(len(args)))
    for place in places:
        if args[place] in with_value:
            next(places, None)
        elif not args[place].startswith("-"):
            return place
    return None


def command(name: str, text: str, **settings: Any) -> Callable[[Body], Command]:
    """Make a command of a body that returns the exit status; ``text`` says what it does."""
    return click.command(name, cls=Command, help=text, short_help=text, **settings)


def group(name: str, text: str, **settings: Any) -> Callable[[Body], Group]:
    """Make a group of commands; ``text`` says what they do."""
    return click.group(name, cls=Group, help=text, short_help=text, **settings)


def argument(name: str, metavar: str, text: str, **settings: Any) -> Decorator:
    """Add a positional parameter: the name in Python, the one that is shown, what it is."""

    # Made anew at each use: click 8.1 takes the settings of the first one away.
    def decorate(body: Body) -> Body:
        return click.argument(name, cls=Argument, metavar=metavar, text=text, **settings)(body)

    return decorate


def option(*names: str, **settings: Any) -> Decorator:
    """Add an option, as ``click.option`` does."""

    def decorate(body: Body) -> Body:
        return click.option(*names, cls=Option, **settings)(body)

    return decorate

"""The lexicon: which words name which indicator. Data in ``data/*.yaml``.

What belongs here: the manual of the YAML files (below), their schema (``entries.py``, ``traits.py``), their reading and
checks (``load.py``), the lexicon that ships with the package (``shipped.py``), the flat tables of literal names that
the grammar matches (``values.py``). What does not: how a name is tied to a number (``grammar``), what an indicator is
(``registry/indicators.csv``).

Files in ``data/``
------------------
``<category>.yaml`` is a list of indicator entries::

    - code: fixed_asset_investment     # a code of registry/indicators.csv
      short: fai                       # ASCII panel short name, at most 20 characters
      headline: true                   # one of the ~15 headline indicators for coverage
      dimension: money                 # see DIMENSIONS
      names: [固定资产投资, {name: 全社会固定资产投资, until: 2021}, {name: 投资, measures: [growth], alone: true}]
      after: [...]                     # names that FOLLOW the number: 17796名→建档立卡贫困人口
      veto_left: [第一产业, 民间]        # words directly left of the name that make it a part or another thing
      veto_right: [项目, 补贴]          # words directly right of the name
      veto_clause: []                  # words anywhere in the clause
      actions: [新建, 改造, 完成]        # the thing counts only with such a verb in the clause
      units: [家, 户, 个]               # counted things: the measure words it may take (none: any)
      parts: false                     # true: any kind counts, so unknown words left of the name do no harm
      cumulates: true                  # amounts of years add up (works, jobs, investment); false: 地区生产总值
      ratio_of: [rd_expenditure, gdp]  # "A占B比重" with these two names is this indicator
      plausible: {level: [1e6, 2e13], growth: [-60, 200]}   # in the canonical unit; outside it the row gets a flag

and any of the keys of ``traits.py``, which say what the thing is like (``of_firms``, ``works``, ``rise``, ``twin_in``,
…): the rules of the grammar ask those, no module of Python names an indicator.

Keys of a name: ``name``, ``since``, ``until`` (report years in which the word has this meaning), ``measures`` (only
these measures), ``optional`` (a looser reading: the row gets the flag ``loose_name``), ``alone`` (counts only where
nothing of the noun stands before it in its clause), ``requires`` (codes: counts only after a number of one of these
indicators in the same sentence: 重大项目715个，*完成投资*1311亿元), ``mentions`` (or where one of these words
stands before it in the sentence: 粮食生产…，*总产量*), ``units`` (only with these units, magnitude left
off), ``total`` (a code: in a report that tells of that one, or calls this one by an ``official`` name, the plain name
财政收入 is that one), ``pattern`` (a restricted regular expression: literals, ``(a|b)``, ``[ab]`` and ``?``; expanded
into literals).
Parentheses, quotation marks and white space of the report are removed before matching, and those of names when they
are loaded (地区生产总值(GDP) is 地区生产总值). A verb that takes its subject from before (完成投资, 竣工) needs
``requires``, or any 完成投资 would be that of 重大项目.
``parts`` defaults to true for dimensions that count things, false for money, percent and physical amounts;
``cumulates`` to true for flows that are counted, measured in area or length, or investment; false elsewhere.

``shared.yaml``: a list of ``{name, members, measures?, pattern?}``: one name for several indicators in the order of the
text; a member ``~`` (null) is a thing outside our list. And of ``{head, parts: {养老: code, 失业: ~}}``: elliptical
lists (养老、医疗和失业保险参保人数), where each of the listed words with ``head`` stands for its code.

``groups.yaml``: a mapping of word groups; ``@owners`` in a veto list stands for all words of the group ``owners``.

``outside.yaml``: a list of names (strings, or ``{name, pattern: true}``) that are subjects outside our list. They stop
a subject from being carried over to a number that is not its own. A longer outside name beats a shorter name of ours.
"""

from __future__ import annotations

from sources.extraction.lexicon.expansion import LexiconError as LexiconError
from sources.extraction.lexicon.expansion import expand as expand
from sources.extraction.lexicon.shipped import load_lexicon as load_lexicon
from sources.extraction.lexicon.traits import NO_TRAITS as NO_TRAITS
from sources.extraction.lexicon.traits import Traits as Traits
from sources.extraction.lexicon.values import COUNTED as COUNTED
from sources.extraction.lexicon.values import DIMENSIONS as DIMENSIONS
from sources.extraction.lexicon.values import MEASURES as MEASURES
from sources.extraction.lexicon.values import Ellipsis as Ellipsis
from sources.extraction.lexicon.values import Indicator as Indicator
from sources.extraction.lexicon.values import Lexicon as Lexicon
from sources.extraction.lexicon.values import Name as Name

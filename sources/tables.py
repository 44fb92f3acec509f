"""THE contract of the raw tables: their columns, types, keys and closed vocabularies.

What belongs here: one `Table` per raw table. What does not: what a table is (``schema.py``), judgement about values
(``expectations/suites``), relations between tables (dbt tests), file paths (``sources/lake.py``).

Parquet schemas, the skeletons of the expectation suites, dbt's source YAML and the data dictionary all derive from
this module, so a column is described once.
"""

from __future__ import annotations

from sources.schema import Columns as Columns
from sources.schema import Field as Field
from sources.schema import Table as Table

LEVELS = ("national", "province", "city", "county")
OUTCOMES = ("new", "changed", "unchanged", "gone", "refused_by_robots", "failed", "withdrawn")
KINDS = (
    "work_report",
    "excerpt",
    "press_summary",
    "template",
    "budget_report",
    "plan_report",
    "statistical_bulletin",
    "other_body_report",
    "township_report",  # of a level below the county
    "part_year_report",  # to a standing committee, on half a year or three quarters
    "explanation",  # of the report, to the consultative conference or the congress
    "draft_report",  # sent out for comment
    "other",
)
IDENTITIES = ("confirmed", "inferred", "contradicts_label", "unknown")
REFUSALS = (
    "masked",
    "not_a_report",
    "below_county",
    "part_of_year",
    "draft",
    "no_identity",
    "spun",
    "unreadable",
    "unsupported_format",
    "hostile",
)
#: flags of a report that each of its figures carries on: what its place, its year or its digits rest on is in doubt
DOUBTS = (
    "region_from_label",
    "region_from_own_words",
    "region_doubtful",
    "region_unknown",
    "report_year_doubtful",
    "ocr",
)
MEASURES = ("level", "growth", "avg_growth", "change", "pp_change", "share", "multiple")
QUALIFIERS = ("exact", "about", "at_least", "at_most")
STATUSES = ("actual", "estimated", "target")
HORIZONS = ("annual", "span")
TIERS = ("base", "stretch")
BASES = ("headline", "comparable", "real", "nominal")
RELATIONS = ("in_step", "above", "below", "not_below", "as_assigned", "positive", "none_set", "unquantified")
SECTIONS = (
    "front",
    "review_year",
    "review_span",
    "goals_span",
    "goals_year",
    "tasks",
    "glossary",
    "residue",
    "unknown",
)
REJECTION_REASONS = (
    "no_indicator",  # no name of our list governs the number
    "part_of_whole",  # a sector, owner, company, project or area type stands for the whole
    "unnamed_group",  # a group of places without a name
    "incompatible_unit",  # the unit can't be the indicator's
    "comparison",  # a gap to others, to a goal or to a task
    "rank",
    "date",  # dates, years, clock times, durations
    "ordinal",  # sessions, ordinals, document numbers, headings
    "name",  # digits inside a name: 5G, PM2.5, programmes, slogans, grades
    "class_limit",  # 亿元以上项目: the number delimits a class
    "footnote_mark",
    "aside",  # in a bracket that tells no figure with a unit
    "masked",
    "sum_of_entries",
    "same_fact",  # stated again, or superseded by the exact figure
    "sub_annual",  # one month's or quarter's figure beside the year's
    "other_currency",
    "under_way",  # works only under way
    "no_commitment",  # a figure wished for or feared among difficulties: no goal
    "not_self_subject",  # nation's, province's or other's figure told as background
    "glossary",
    "residue",  # page furniture
    "unreadable",  # a character inside that nobody can read, an exponent, digits parted by white space
    "table_cell",  # a figure of a table that only the head of its column explains
)


def _req(name: str, dtype: str, description: str, allowed: tuple[str, ...] = ()) -> Field:
    return Field(name, dtype, description, nullable=False, allowed=allowed)


def _opt(name: str, dtype: str, description: str, allowed: tuple[str, ...] = ()) -> Field:
    return Field(name, dtype, description, allowed=allowed)


PARTITION = _req(
    "partition", "string", "Partition key: province code, a bar, report year, both as the catalogue claims"
)
REPORT_ID = _req("report_id", "string", "Stable id of the document: from its location and its part in the file")

SNAPSHOTS = Table(
    "snapshots",
    "Ledger of fetches: one row per fetch of a page that told something new; the bytes lie at raw/<aa>/<sha256>",
    key=("location", "page", "retrieved_at"),
    fields=(
        PARTITION,
        _req("location", "string", "Address or path as the catalogue gives it"),
        _req("page", "int", "Page of a split document, from 1; 0 is a cover page that only links to the document"),
        _req("url", "string", "Address asked for (file: for local files)"),
        _opt("final_url", "string", "Address that answered, after redirects"),
        _req("retrieved_at", "timestamp", "When it was fetched"),
        _opt("http_status", "int", "HTTP status; empty for local files"),
        _opt("content_type", "string", "Content-Type as served"),
        _opt("charset", "string", "Charset as served in the header"),
        _opt("sha256", "string", "SHA-256 of the bytes; empty where nothing came"),
        _opt("n_bytes", "int", "Number of bytes"),
        _opt("etag", "string", "ETag as served"),
        _opt("last_modified", "string", "Last-Modified as served"),
        _opt("previous_sha256", "string", "SHA-256 of the snapshot before this one"),
        _req("outcome", "string", "What the fetch told; withdrawn: the catalogue names it no longer", OUTCOMES),
        _opt("error", "string", "What went wrong, where, and what to do"),
        _opt("label_region_code", "string", "Region code as the catalogue labels it: a claim"),
        _opt("label_region", "string", "Region name as the catalogue labels it: a claim"),
        _opt("label_level", "string", "Level as the catalogue labels it: a claim"),
        _opt("label_report_year", "int", "Report year as the catalogue labels it: a claim"),
        _opt("label_notes", "string", "The catalogue's other columns, as JSON"),
    ),
)

REPORTS = Table(
    "reports",
    "One row per document found: its clean text, its identity with evidence, and whether it was accepted",
    key=("report_id",),
    fields=(
        PARTITION,
        REPORT_ID,
        _req("location", "string", "Address or path as the catalogue gives it"),
        _req("part", "int", "Which document of the file, from 1"),
        _opt("url", "string", "Address of the first page, where it was fetched from the web"),
        _opt("snapshot_sha256", "string", "SHA-256 of the first page's bytes"),
        _opt("form", "string", "File form: txt, html, docx, doc, rtf, pdf, ofd, picture"),
        _opt("region_code", "string", "Division code valid in the report year (GB/T 2260), or the overlay's id"),
        _opt("region_name", "string", "Name of the region, in full"),
        _opt("level", "string", "Administrative level", LEVELS),
        _opt("report_year", "int", "R: the year whose goals the report sets (annotation guide, Period)"),
        _opt("review_year", "int", "The year reviewed, usually R-1"),
        _opt("meeting_date", "date", "Date of the meeting or of the speech"),
        _opt("sitting", "int", "1, 2, …: which of the region's sittings of that report year"),
        _opt("congress_session", "string", "Congress and session as written"),
        _opt("title", "string", "Title as printed"),
        _opt("speaker", "string", "Who gave the report"),
        _opt("publisher", "string", "Who published the page"),
        _opt("published_at", "date", "Date of publication as printed"),
        _req("kind", "string", "What the document is", KINDS),
        _req("completeness", "string", "Whole or part", ("complete", "partial")),
        _opt("completeness_signs", "string", "Signs of (in)completeness found, separated by ;"),
        _req("identity", "string", "How sure region and year are", IDENTITIES),
        _opt("identity_confidence", "float", "0 to 1"),
        _opt("identity_evidence", "string", "The words it rests on, as JSON: field → words"),
        _req("accepted", "bool", "Whether observations are taken from it"),
        _opt("refusal_reason", "string", "Why it was refused", REFUSALS),
        _opt("refusal_detail", "string", "What was seen and what to do"),
        _opt("flags", "string", "Repairs made while cleaning (lines_joined, digits_rejoined, …), separated by ;"),
        _opt("text_sha256", "string", "SHA-256 of the clean text (UTF-8)"),
        _opt(
            "text_fingerprint", "string", "Similarity hash of the body, hexadecimal: near duplicates differ in few bits"
        ),
        _req("n_chars", "int", "Characters of the clean text"),
        _opt("text", "string", "Clean text; offsets of all other tables point into it"),
        _opt("sections", "string", "Sections as JSON: [{section, title, char_start, char_end}]"),
        _opt("source_map", "string", "Runs leading from clean text back to the decoded page, as JSON"),
        _opt("label_region_code", "string", "Region code as the catalogue labels it"),
        _opt("label_region", "string", "Region name as the catalogue labels it"),
        _opt("label_level", "string", "Level as the catalogue labels it"),
        _opt("label_report_year", "int", "Report year as the catalogue labels it"),
        _req("parser_version", "string", "Version of the document rules"),
    ),
)

OBSERVATIONS = Table(
    "observations",
    "One row per number that a report states about one indicator (docs/annotation.md), and per target without one",
    key=("observation_id",),
    fields=(
        PARTITION,
        REPORT_ID,
        _req("observation_id", "string", "Stable id: hash of report, offsets, indicator and measure"),
        _req("indicator", "string", "Code of the indicator"),
        _req("measure", "string", "What the number measures", MEASURES),
        _opt("value", "float", "The number as a plain decimal, signed; empty where `relation` stands instead"),
        _opt("value_upper", "float", "Upper end of a range"),
        _opt("unit", "string", "Unit as written, normal width"),
        _req("qualifier", "string", "exact, about, at_least, at_most", QUALIFIERS),
        _req("status", "string", "Reported, estimated, or to be reached", STATUSES),
        _req("period_start", "int", "First calendar year of the period"),
        _req("period_end", "int", "Last calendar year of the period"),
        _req("scope", "string", "self, or the name of the part or other place"),
        _opt("canonical_value", "float", "Value in the canonical unit"),
        _opt("canonical_value_upper", "float", "Upper end in the canonical unit"),
        _opt("canonical_unit", "string", "Canonical unit of indicator and measure"),
        _req("horizon", "string", "One year or a span of years", HORIZONS),
        _req("tier", "string", "8%、力争9%: 8 is base, 9 is stretch", TIERS),
        _req("basis", "string", "Headline, or the price or comparison basis named", BASES),
        _opt("base_period", "string", "What it is compared with, where the text names it: 2020"),
        _opt("commitment", "string", "Word of commitment as written: 确保, 力争, 争取, …"),
        _opt("relation", "string", "Relation told in place of a number", RELATIONS),
        _opt("relation_ref", "string", "What the relation refers to: an indicator code, province, nation, …"),
        _req("section", "string", "Section of the report", SECTIONS),
        _req("sentence", "string", "The sentence, exactly as in reports.text"),
        _req("sentence_start", "int", "Offset of the sentence in reports.text"),
        _req("surface", "string", "The words of the number with its unit, exactly as in reports.text"),
        _req("char_start", "int", "Offset of the surface in reports.text"),
        _req("char_end", "int", "End offset (exclusive) of the surface"),
        _req("quote", "string", "Piece of the text that holds subject and number"),
        _req("rule", "string", "Rules that made the row: how its subject was found, its measure, its years"),
        _opt("period_evidence", "string", "Words that gave the years; empty where the kind of section alone did"),
        _req("rule_version", "string", "Version of the rules"),
        _req("lexicon_version", "string", "Version (hash) of the lexicon"),
        _opt(
            "flags",
            "string",
            "What a reader should know (unit_inferred, digits_rejoined, report_year_doubtful, …), separated by ;",
        ),
        _opt("reviewed", "string", "Who overruled the machine and why, from the reviewed file"),
        _opt(
            "doubt",
            "float",
            "Probability, 0 to 1, that a field of the row is wrong, from what the rules know of it; empty for a "
            "person's decision and for a goal without a number",
        ),
    ),
)

REJECTIONS = Table(
    "rejections",
    "Every number of an accepted report that is no observation, with the reason",
    key=("rejection_id",),
    fields=(
        PARTITION,
        REPORT_ID,
        _req("rejection_id", "string", "Stable id: hash of report and offsets"),
        _req("surface", "string", "The number with its unit, exactly as in reports.text"),
        _req("char_start", "int", "Offset of the surface in reports.text"),
        _req("char_end", "int", "End offset (exclusive)"),
        _req("sentence", "string", "The sentence, exactly as in reports.text"),
        _req("sentence_start", "int", "Offset of the sentence in reports.text"),
        _req("section", "string", "Section of the report", SECTIONS),
        _req("reason", "string", "Why it is no observation", REJECTION_REASONS),
        _opt("detail", "string", "What was seen: the indicator thought of, the word that spoke against it"),
        _req(
            "rule", "string", "Name of the rule that refused it, after that of the way in which its subject was found"
        ),
        _req("rule_version", "string", "Version of the rules"),
    ),
)

SENTENCES = Table(
    "sentences",
    "Every accepted report sentence by sentence: together the rows of a report hold all of its text but white space",
    key=("report_id", "char_start"),
    fields=(
        PARTITION,
        REPORT_ID,
        _req("char_start", "int", "Offset of the sentence in reports.text"),
        _req("char_end", "int", "End offset (exclusive) of the sentence"),
        _req("section", "string", "Section of the report", SECTIONS),
        _req("sentence", "string", "The sentence, exactly as in reports.text"),
        _opt(
            "searched",
            "string",
            "The sentence as phrases are looked for in it: one width, simplified characters, capital letters, no white "
            "space; empty where that is the sentence itself",
        ),
    ),
)

TERM_COUNTS = Table(
    "term_counts",
    "Occurrences of dictionary terms in a report, as substrings and as jieba's tokens, with three denominators",
    key=("report_id", "dictionary", "term"),
    fields=(
        PARTITION,
        REPORT_ID,
        _req("dictionary", "string", "Name of the dictionary"),
        _req("dictionary_version", "string", "Version (hash) of the dictionary"),
        _req("term", "string", "The term"),
        _req("substring_count", "int", "Times the term's characters occur, without overlap"),
        _req("token_count", "int", "Times jieba gives the term as a token"),
        _req("is_token", "bool", "Whether jieba leaves the term whole; where not, no token ever is the term"),
        _req("n_chars", "int", "Characters of the report's body that are Chinese"),
        _req("n_tokens_all", "int", "All tokens of the body, punctuation and numbers included"),
        _req("n_tokens_words", "int", "Tokens that hold a letter or a Chinese character"),
    ),
)

GATE_RESULTS = Table(
    "gate_results",
    "Verdicts on each partition's newest write: a row for each expectation that did not hold, one for all others",
    key=("table_name", "partition", "expectation", "column_name"),
    fields=(
        PARTITION,
        _req("table_name", "string", "Raw table that was judged"),
        _req(
            "expectation", "string", "Name of the expectation; all_others: those without a row of their own, they held"
        ),
        _req("column_name", "string", "Column judged; empty string for the whole table, and for all_others"),
        _req(
            "severity",
            "string",
            "critical stops, quarantine sets rows aside, warning tells",
            ("critical", "quarantine", "warning"),
        ),
        _req("success", "bool", "Whether it held"),
        _req("n_rows", "int", "Rows judged"),
        _req("n_failed", "int", "Rows that failed"),
        _opt("observed", "string", "What was seen; of all_others how many expectations held"),
        _opt("examples", "string", "Up to five failing rows with their sentences, as JSON"),
        _req("checked_at", "timestamp", "When it was judged"),
        _req("code_version", "string", "Version of the rules that wrote the partition"),
    ),
)

RAW_TABLES: tuple[Table, ...] = (
    SNAPSHOTS, REPORTS, OBSERVATIONS, REJECTIONS, SENTENCES, TERM_COUNTS, GATE_RESULTS,
)  # fmt: skip
BY_NAME: dict[str, Table] = {table.name: table for table in RAW_TABLES}

#: no raw table: what the models are told of a build besides them
CHANGED_FILES = Table(
    "changed_files",
    "Files of the partitions that changed since the warehouse was last built, of all raw tables but gate_results where "
    "rows of one are others, of gate_results where verdicts are",
    key=("table_name", "partition", "path"),
    fields=(
        Field("table_name", "string", "Raw table", nullable=False),
        Field("partition", "string", "Partition key", nullable=False),
        Field("path", "string", "Where the file is; empty where there is none any more"),
    ),
)

WITHHELD = Table(
    "withheld",
    "What the newest reading of the documents lacks in the raw tables: a partition that the gate kept back or that is "
    "not read yet, a document that could not be worked through, a row that the gate set aside",
    key=(
        "partition", "table_name", "report_id", "location", "region_code", "report_year", "indicator", "measure",
        "status_class", "year",
    ),
    fields=(
        Field("partition", "string", "Partition key", nullable=False),
        Field("table_name", "string", "Raw table that lacks rows", nullable=False),
        Field("report_id", "string", "Document whose rows are meant; empty: those of the whole partition, or a page's"),
        Field("location", "string", "Page of which no document came, empty otherwise"),
        Field("region_code", "string", "Of such a page: whose it is said to be"),
        Field("region_name", "string", "Of such a page: whose it is said to be, by name"),
        Field("level", "string", "Of such a page: level of that region"),
        Field("report_year", "int", "Of such a page: year of the report"),
        Field("indicator", "string", "Indicator of a number set aside, empty where all numbers are meant"),
        Field("measure", "string", "Measure of a number set aside"),
        Field("status_class", "string", "Whether a number set aside is a target or a result"),
        Field("year", "int", "Year of a number set aside"),
        Field("detail", "string", "What happened", nullable=False),
    ),
)  # fmt: skip

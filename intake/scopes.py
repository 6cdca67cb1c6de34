"""Within what a missing row counts as removed: schools × school years, and the classes of these.

Conditions on a row `t` of `sis`. `scope_school` and `scope_label` are filled by each format.
"""

# ruff: noqa: S608 - table and column names are this module's own.

IN_SCHOOL = (
    "exists (select from scope_school o where o.configuration_id = t.configuration_id"
    " and o.school_number = t.school_number)"
)
IN_YEAR = (
    "exists (select from scope_year o where o.configuration_id = t.configuration_id"
    " and o.school_year = t.school_year)"
)
IN_SCHOOL_AND_YEAR = f"{IN_SCHOOL} and {IN_YEAR}"
OF_CLASS = (
    "exists (select from scope_class o where o.configuration_id = t.configuration_id"
    " and o.class_id = t.class_id)"
)

# A school year may come under another id than last time: its label says that it is the same.
STATEMENTS = (
    (
        "create temporary table scope_year as"
        " select y.configuration_id, y.sourced_id as school_year from sis.school_year y"
        " join scope_label o on o.configuration_id = y.configuration_id and o.label = y.label"
        " union select p.configuration_id, s.sourced_id from stage_school_year s cross join touched p"
    ),
    (
        "create temporary table scope_class as"
        " select t.configuration_id, t.id as class_id from sis.class t"
        f" where t.configuration_id in (select configuration_id from touched)"
        f" and {IN_SCHOOL_AND_YEAR}"
        " union select configuration_id, class_id from class_place p"
        " where exists (select from stage_class s where s.id = p.class_id)"
    ),
    "analyze scope_year",
    "analyze scope_class",
)

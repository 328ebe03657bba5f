"""When a campaign goes out: rule, wall time and zone, to instants and sentences.

Pure: no database, no clock. Import the module you speak of::

    from campaigns.schedule import form, instants, wording

rule      what a schedule is, and what makes one wrong
form      JSON to schedule and back; `form.check(schedule, at=now)` before launch
instants  occurrences, next_occurrence, next_five, grace
wording   sentence, moment, advice; words_en and words_fr hold the languages
"""

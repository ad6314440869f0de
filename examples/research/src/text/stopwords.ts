/** Words that say nothing about what a text is about. English; other languages do without. */

const COMMON = `
a about above after again against all also although always am among an and another any anything are aren't around as
at away be became because become becomes been before behind being below between both but by came can can't cannot come
comes could couldn't did didn't do does doesn't doing don't done down during each either else etc even ever every
everything few first for from further gave get gets getting give gives go goes going got had hadn't happen happens
happened has hasn't have haven't having he her here hers him his how however i if in instead into is isn't it its
itself just keep keeps kept know known last later least less let lets like likely made make makes making many may
maybe me means might mine more most much must my near need needs neither never new next no none nor not nothing now of
off often on once one ones only onto or other others otherwise our out over own per perhaps please put puts quite
rather really said same say says see seen shall she should shouldn't since so some somebody someone something soon
still such take taken takes than that that's the their theirs them themselves then there these they thing things this
those though three through thus to together too toward two under unless until up upon us use used uses using very via
want wants was way we well went were what what's whatever when where whereas whether which while who whole whom whose
why will with within without won't would yes yet you your yours
`;

/** Words that say something, but too little to make a question about them. */
const PALE = `
answer case day example find found idea kind line need number part people person place point problem question reason
sort step text time user want way word work world year
`;

const PALE_WORDS: ReadonlySet<string> = new Set(PALE.trim().split(/\s+/));

export function isPale(word: string): boolean {
  return PALE_WORDS.has(word);
}

const STOPWORDS: ReadonlySet<string> = new Set(COMMON.trim().split(/\s+/));

export function isStopword(word: string): boolean {
  return STOPWORDS.has(word) || word.endsWith("n't");
}

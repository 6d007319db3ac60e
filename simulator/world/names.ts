import type { Random } from './random.ts';

export type Script = 'latin' | 'accented' | 'cyrillic' | 'japanese' | 'korean' | 'chinese' | 'arabic';

interface Lexicon {
  readonly weight: number;
  readonly space: string;
  readonly people: readonly string[];
  readonly words: readonly string[];
}

const words = (text: string): readonly string[] => text.split(' ');

const LEXICONS: Readonly<Record<Script, Lexicon>> = {
  latin: {
    weight: 60,
    space: ' ',
    people: words(
      'Ivy Marlow Juno Hart Otis Vale Clara Finch Moses Reed Nova Bloom Silas Crane Edie Frost Ruben Sharp Lena Storm Hugo West Mabel Stone Felix Moon',
    ),
    words: words(
      'Silver Harbour Paper Lantern Midnight Garden Hollow River Velvet Thunder Glass Summer Electric Orchard Winter Signal Golden Static Ocean Mirror Wild ' +
        'Honey Distant City Burning Letters Slow Satellite Broken Compass Morning Neon Shadow Fever Quiet Machine Northern Tide Dancing Ghost Blue Violet Empty ' +
        'Station Copper Wings Falling Tower Crooked Heart Lost Radio Endless Highway Secret Colour Dust Carnival Sleeping Giant',
    ),
  },
  accented: {
    weight: 14,
    space: ' ',
    people: words(
      'Zoë Åsa Björn Sigurðsson Léa Moreau João Gonçalves Małgorzata Łukasz Dvořák Škvor Beyoncé Núñez Øystein Größe Ñandú Çelik Ümit Ţepeş',
    ),
    words: words(
      'Café Señorita Été Cœur Lumière Noël Façade Straße Übermorgen Schön Mañana Corazón Niño Saudade Coração Ilusão Żółć Gęś Příběh Kůň Ræv Smørrebrød Þrá Ísland Älv Größenwahn',
    ),
  },
  cyrillic: {
    weight: 7,
    space: ' ',
    people: words('Мария Соколова Иван Лебедев Олена Коваль Ђорђе Јовановић Анна Белая Віктор Грім'),
    words: words('Ночь Город Река Звезда Дорога Снег Море Тишина Свет Осень Ветер Пепел Їжак Кохання Луна Зима'),
  },
  japanese: {
    weight: 6,
    space: '',
    people: words('ヨル 宇多 サクラ ミツ 藤井 ハル 米津 あいみ ツキ 椎名'),
    words: words('夜 桜 東京 雨 さくら 夢 星 ひかり 海 恋 アイドル 風 まつり 空 ノイズ 花火'),
  },
  korean: {
    weight: 5,
    space: ' ',
    people: words('아이유 한별 서울 나비 도윤 지민 하늘 새벽'),
    words: words('봄날 사랑 밤 하늘 꿈 바람 편지 비 여름 별 너에게 안녕'),
  },
  chinese: {
    weight: 4,
    space: '',
    people: words('周 林 王菲 陳 李 孫 張 蔡 五月 天'),
    words: words('月亮 城市 等待 天空 海洋 青春 時間 愛情 夏天 秘密 遠方 孤單'),
  },
  arabic: {
    weight: 4,
    space: ' ',
    people: words('ليلى نور فيروز سعاد كريم أمينة يوسف هدى'),
    words: words('حبيبي ليل قمر الشمس قلبي الصحراء نهر حلم سلام عيون وردة'),
  },
};

const SCRIPTS = Object.keys(LEXICONS) as readonly Script[];
const TOTAL_WEIGHT = SCRIPTS.reduce((sum, script) => sum + LEXICONS[script].weight, 0);

export function scriptOf(random: Random): Script {
  let left = random.below(TOTAL_WEIGHT);
  for (const script of SCRIPTS) {
    left -= LEXICONS[script].weight;
    if (left < 0) return script;
  }
  return 'latin';
}

/** The name of a band or a person. */
export function artistName(random: Random, script: Script): string {
  const { people, words: nouns, space } = LEXICONS[script];
  const form = random.below(10);
  if (form < 5) return `${random.pick(people)}${space}${random.pick(people)}`;
  if (form < 8)
    return script === 'latin' ? `The ${random.pick(nouns)} ${random.pick(nouns)}s` : `${random.pick(nouns)}${space}${random.pick(nouns)}`;
  if (form < 9) return `${random.pick(people)} & ${random.pick(people)}`;
  return `${random.pick(nouns)}, ${random.pick(nouns)} & ${random.pick(nouns)}`;
}

/** One to three words: the plain title of a track, an album or a playlist. */
export function plainTitle(random: Random, script: Script): string {
  const { words: nouns, space } = LEXICONS[script];
  const count = random.between(1, 3);
  return Array.from({ length: count }, () => random.pick(nouns)).join(space);
}

const ENDINGS: readonly ((random: Random, title: string) => string)[] = [
  (random, title) => `${title} - Remastered ${random.between(1998, 2024)}`,
  (random, title) =>
    `${title} - Live at ${random.pick(['Montreux', 'Wembley', "Ronnie Scott's", 'Budōkan'])}, ${random.between(1971, 2023)}`,
  (random, title) => `${title} (feat. ${random.pick(LEXICONS.latin.people)})`,
  (_, title) => `"${title}"`,
  (_, title) => `${title}, Pt. 2`,
  (_, title) => `${title}'s Theme`,
  (random, title) => `${title} ${random.pick(['🌙', '💔🔥', '🏳️‍🌈', '👩‍🚀'])}`,
  (_, title) => `${title} / Interlude \\ Outro`,
  (_, title) => `${title} ${'(Or, How I Learned to Stop Counting the Words and Love the Refrain) '.repeat(4).trim()}`,
];

/** A track's title; one in five carries an ending: remaster, guest, quotes, commas, emoji, great length. */
export function trackTitle(random: Random, script: Script): string {
  const title = plainTitle(random, script);
  return random.chance(0.2) ? ((ENDINGS[random.skewed(ENDINGS.length)] ?? ENDINGS[0])?.(random, title) ?? title) : title;
}

"""What made-up servers say of themselves, in fourteen languages: titles, descriptions, rules."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language's way to introduce a server."""

    topics: tuple[str, ...]
    """What a server can be about."""
    titles: tuple[str, ...]
    """Patterns with `{name}` and `{topic}`."""
    descriptions: tuple[str, ...]
    """Patterns with `{name}` and `{topic}`; plain text of one line."""
    rules: tuple[str, ...]
    """Rules of the house."""


TONGUES: dict[str, Tongue] = {
    "en": Tongue(
        ("cycling", "astronomy", "knitting", "local news", "free software", "gardening", "board games"),
        ("{name}", "The {name}", "{name}: {topic} and friends", "{name} 🌱"),
        (
            "A small, slow place for people who like {topic}. Run by volunteers, paid by its members.",
            "{name} is a general server with an interest in {topic}. Everyone who is kind is welcome.",
            "We talk about {topic} here, and about everything else when the weather is bad.",
        ),
        ("Be kind.", "No racism, sexism, homophobia or transphobia.", "No spam and no advertising.",
         "Describe the images that you post.", "Put content warnings on what may hurt others."),
    ),
    "de": Tongue(
        ("Radfahren", "Sternkunde", "Bahnreisen", "Lokalpolitik", "freie Software", "Gärten", "Bücher"),
        ("{name}", "Salon {name}", "{name} – {topic} und mehr", "{name} e. V."),
        (
            "Ein kleiner Server für alle, die {topic} mögen. Getragen von einem Verein, ohne Werbung.",
            "{name} ist ein gemütlicher Ort für Gespräche über {topic} und den Rest der Welt.",
            "Hier geht es um {topic}. Wer freundlich ist, ist willkommen; wer Streit sucht, nicht.",
        ),
        ("Seid freundlich zueinander.", "Kein Rassismus, kein Sexismus, keine Hetze.",
         "Keine Werbung und kein Spam.", "Beschreibt eure Bilder.", "Nutzt Inhaltswarnungen."),
    ),
    "fr": Tongue(
        ("le vélo", "l’astronomie", "la cuisine", "le logiciel libre", "la bande dessinée", "le jardinage"),
        ("{name}", "Chez {name}", "Le {name} : {topic}", "{name} 🥖"),
        (
            "Un petit serveur pour celles et ceux qui aiment {topic}. Tenu par une association, sans publicité.",
            "{name} est un lieu de discussion sur {topic}, ouvert à toutes les personnes bienveillantes.",
        ),
        ("Soyez bienveillants.", "Ni racisme, ni sexisme, ni homophobie.", "Pas de publicité.",
         "Décrivez vos images."),
    ),
    "es": Tongue(
        ("la bicicleta", "la astronomía", "el software libre", "la cocina", "los libros", "la montaña"),
        ("{name}", "La plaza de {name}", "{name}: {topic}"),
        (
            "Un servidor pequeño para quienes disfrutan de {topic}. Lo mantienen personas voluntarias.",
            "{name} es un lugar tranquilo para hablar de {topic} y de todo lo demás.",
        ),
        ("Sé amable.", "Sin racismo, sexismo ni homofobia.", "Nada de spam.", "Describe tus imágenes."),
    ),
    "it": Tongue(
        ("la bicicletta", "il cinema", "il software libero", "la cucina", "la fotografia"),
        ("{name}", "Bar {name}", "{name}, {topic}"),
        (
            "Un piccolo server per chi ama {topic}. Lo gestisce un gruppo di volontari, senza pubblicità.",
            "{name} è una piazza dove si parla di {topic} e di molto altro.",
        ),
        ("Sii gentile.", "Niente razzismo, sessismo o omofobia.", "Niente spam."),
    ),
    "nl": Tongue(
        ("fietsen", "sterrenkunde", "vrije software", "tuinieren", "lokaal nieuws"),
        ("{name}", "Café {name}", "{name} over {topic}"),
        (
            "Een kleine server voor mensen die van {topic} houden. Gedragen door vrijwilligers, zonder reclame.",
            "{name} is een rustige plek voor gesprekken over {topic} en alles daarbuiten.",
        ),
        ("Wees aardig.", "Geen racisme, seksisme of homofobie.", "Geen spam."),
    ),
    "pt": Tongue(
        ("ciclismo", "astronomia", "software livre", "cozinha", "música"),
        ("{name}", "Praça {name}", "{name} · {topic}"),
        (
            "Um servidor pequeno para quem gosta de {topic}. Mantido por voluntários e sem publicidade.",
            "{name} é um lugar calmo para conversar sobre {topic} e sobre tudo o mais.",
        ),
        ("Seja gentil.", "Sem racismo, sexismo ou homofobia.", "Sem spam."),
    ),
    "pl": Tongue(
        ("rowery", "astronomia", "wolne oprogramowanie", "książki", "góry"),
        ("{name}", "Kawiarnia {name}", "{name}: {topic}"),
        (
            "Mały serwer dla osób, które lubią {topic}. Prowadzą go wolontariusze, bez reklam.",
            "{name} to spokojne miejsce na rozmowy o wszystkim, a najchętniej na temat: {topic}.",
        ),
        ("Bądź życzliwy.", "Żadnego rasizmu, seksizmu ani homofobii.", "Żadnego spamu."),
    ),
    "sv": Tongue(
        ("cykling", "astronomi", "fri programvara", "odling", "böcker"),
        ("{name}", "Kafé {name}", "{name} om {topic}"),
        (
            "En liten server för alla som gillar {topic}. Den drivs av frivilliga och är fri från reklam.",
            "{name} är en lugn plats för samtal om {topic} och allt annat.",
        ),
        ("Var snäll.", "Ingen rasism, sexism eller homofobi.", "Ingen reklam."),
    ),
    "ja": Tongue(
        ("自転車", "天文", "自由ソフトウェア", "お絵描き", "鉄道", "ゲーム", "猫"),
        ("{name}", "{name}の家", "{topic}の{name}", "{name}🐈"),
        (
            "{topic}が好きな人のための小さなサーバーです。有志が運営しています。広告はありません。",
            "{name}は{topic}について気軽に話せる場所です。どなたでも歓迎します。",
        ),
        ("お互いを尊重しましょう。", "差別的な発言は禁止です。", "宣伝や迷惑投稿はしないでください。"),
    ),
    "ko": Tongue(
        ("자전거", "천문학", "자유 소프트웨어", "그림", "고양이"),
        ("{name}", "{name}의 집", "{topic} {name}"),
        (
            "{topic}을(를) 좋아하는 사람들을 위한 작은 서버입니다. 자원봉사자가 운영합니다.",
            "{name}은(는) {topic}에 대해 편하게 이야기하는 곳입니다.",
        ),
        ("서로 존중해 주세요.", "차별적인 글은 금지합니다.", "광고는 하지 마세요."),
    ),
    "zh": Tongue(
        ("骑行", "天文", "自由软件", "读书", "摄影"),
        ("{name}", "{name}小站", "{topic}·{name}"),
        (
            "为喜欢{topic}的人准备的小站，由志愿者维护，没有广告。",
            "{name}是一个可以安静地聊{topic}的地方，欢迎友善的人。",
        ),
        ("请友善待人。", "禁止任何形式的歧视。", "禁止广告和垃圾信息。"),
    ),
    "fa": Tongue(
        ("دوچرخه‌سواری", "اخترشناسی", "نرم‌افزار آزاد", "کتاب"),
        ("{name}", "خانهٔ {name}", "{name}؛ {topic}"),
        (
            "جایی کوچک برای دوست‌داران {topic}. داوطلبان آن را می‌گردانند و تبلیغی در آن نیست.",
            "{name} جای آرامی برای گفت‌وگو دربارهٔ {topic} است.",
        ),
        ("مهربان باشید.", "نژادپرستی و تبعیض ممنوع است.", "هرزنامه نفرستید."),
    ),
    "ru": Tongue(
        ("велосипеды", "астрономия", "свободные программы", "книги"),
        ("{name}", "Дом {name}", "{name}: {topic}"),
        (
            "Небольшой сервер для тех, кому интересны {topic}. Его ведут добровольцы, рекламы здесь нет.",
            "{name} — спокойное место для разговоров обо всём, и прежде всего на тему: {topic}.",
        ),
        ("Будьте доброжелательны.", "Никакой травли и дискриминации.", "Никакой рекламы."),
    ),
}  # fmt: skip

SHARES: dict[str, float] = {
    "en": 0.44, "de": 0.16, "fr": 0.09, "ja": 0.08, "es": 0.05, "nl": 0.03, "it": 0.03, "pl": 0.025,
    "pt": 0.02, "sv": 0.02, "zh": 0.02, "ko": 0.015, "ru": 0.01, "fa": 0.01,
}  # fmt: skip
"""Which language a server speaks, by share of servers."""

JAPANESE: dict[str, float] = {"ja": 0.66, "en": 0.17, "ko": 0.08, "zh": 0.05, "de": 0.04}
"""The same for Misskey and its forks."""

HOSTILE = (
    "<script>alert(1)</script>Free <b>prizes</b>",
    "![x](https://tracker.example/pixel.png) [click](javascript:alert(1))",
    "safe\u202egnp.exe\u202c \u2066name\u2069",
    "loud " * 2000,
    "a\x00b\x07c\x1b[31mred\x1b[0m\u0000",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319algo" * 3,
)
"""What some servers write in order to hurt whoever shows it."""


@dataclass(frozen=True, slots=True)
class Words:
    """What one server says of itself."""

    title: str
    description: str
    rules: tuple[str, ...]
    is_hostile: bool = False
    """Whether the title is made to hurt whoever shows it."""


def words(hostname: str, language: str, salt: int) -> Words:
    """A server's own words: the same for the same salt."""
    tongue = TONGUES[language]
    stem = hostname.removesuffix(".example").rpartition(".")[2]
    name = "Kiosk" if stem.startswith("xn--") else stem.replace("-", " ").title()
    topic = tongue.topics[salt % len(tongue.topics)]
    title = tongue.titles[salt // 7 % len(tongue.titles)]
    description = tongue.descriptions[salt // 29 % len(tongue.descriptions)]
    count = salt // 101 % (len(tongue.rules) + 1)
    is_hostile = salt % 211 == 0
    return Words(
        title=HOSTILE[salt // 211 % len(HOSTILE)]
        if is_hostile
        else title.format(name=name, topic=topic),
        description=description.format(name=name, topic=topic),
        rules=tongue.rules[:count],
        is_hostile=is_hostile,
    )

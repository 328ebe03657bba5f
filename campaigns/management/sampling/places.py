"""Where sample people live and what they are called: 12 languages, 36 time zones."""

from typing import NamedTuple


class Place(NamedTuple):
    locale: str
    country: str
    zone: str
    city: str


PLACES = (
    Place("en-US", "US", "America/New_York", "New York"),
    Place("en-US", "US", "America/Chicago", "Chicago"),
    Place("en-US", "US", "America/Denver", "Denver"),
    Place("en-US", "US", "America/Los_Angeles", "Los Angeles"),
    Place("en-US", "US", "Pacific/Honolulu", "Honolulu"),
    Place("en-US", "CA", "America/St_Johns", "St. John's"),
    Place("en-US", "AU", "Australia/Lord_Howe", "Lord Howe Island"),
    Place("en-US", "AU", "Australia/Sydney", "Sydney"),
    Place("en-US", "NZ", "Pacific/Auckland", "Auckland"),
    Place("en-US", "NZ", "Pacific/Chatham", "Waitangi"),
    Place("en-US", "WS", "Pacific/Apia", "Apia"),
    Place("en-US", "GB", "Europe/London", "London"),
    Place("fr-FR", "FR", "Europe/Paris", "Paris"),
    Place("fr-FR", "FR", "Europe/Paris", "Lyon"),
    Place("fr-FR", "BE", "Europe/Brussels", "Bruxelles"),
    Place("fr-FR", "RE", "Indian/Reunion", "Saint-Denis"),
    Place("es-ES", "ES", "Europe/Madrid", "Málaga"),
    Place("es-ES", "ES", "Atlantic/Canary", "Las Palmas"),
    Place("es-ES", "MX", "America/Mexico_City", "Ciudad de México"),
    Place("es-ES", "CL", "America/Santiago", "Santiago"),
    Place("pt-BR", "BR", "America/Sao_Paulo", "São Paulo"),
    Place("pt-BR", "BR", "America/Manaus", "Manaus"),
    Place("pt-BR", "PT", "Europe/Lisbon", "Lisboa"),
    Place("el-GR", "GR", "Europe/Athens", "Θεσσαλονίκη"),
    Place("ru-RU", "KZ", "Asia/Almaty", "Алматы"),
    Place("ru-RU", "RU", "Europe/Moscow", "Санкт-Петербург"),
    Place("ar-EG", "EG", "Africa/Cairo", "القاهرة"),
    Place("ar-EG", "MA", "Africa/Casablanca", "مراكش"),
    Place("ar-EG", "AE", "Asia/Dubai", "دبي"),
    Place("he-IL", "IL", "Asia/Jerusalem", "תל אביב"),
    Place("hi-IN", "IN", "Asia/Kolkata", "जयपुर"),
    Place("hi-IN", "NP", "Asia/Kathmandu", "काठमाडौं"),
    Place("zh-CN", "CN", "Asia/Shanghai", "上海"),
    Place("zh-CN", "SG", "Asia/Singapore", "新加坡"),
    Place("ja-JP", "JP", "Asia/Tokyo", "東京"),
    Place("ja-JP", "JP", "Asia/Tokyo", "札幌"),
    Place("ko-KR", "KR", "Asia/Seoul", "서울"),
    Place("th-TH", "TH", "Asia/Bangkok", "เชียงใหม่"),
)

NAMES = {
    "en-US": "Emma Liam Olivia Noah Ava Ethan Mia Lucas Zoë Aaliyah Siobhán Te'Shawn",
    "fr-FR": "Léa Hugo Chloé Gaël Inès Maëlys Noé Jeanne Loïc Anaïs Jean-Baptiste Zoé",
    "es-ES": "Lucía Mateo Sofía Íñigo Begoña Martín Núria Álvaro Ximena Joaquín Peña",
    "pt-BR": "João Maria Antônio Conceição Luís Beatriz Caetano Inês Gonçalo Iara",
    "el-GR": "Ελένη Γιώργος Μαρία Κωνσταντίνος Αθηνά Δημήτρης Σοφία Νίκος",
    "ru-RU": "Анастасия Дмитрий Ольга Сергей Юлия Пётр Екатерина Айгерим",
    "ar-EG": "فاطمة محمد ليلى يوسف نور خالد مريم عمر",
    "he-IL": "נועה דוד תמר יוסף שירה איתן מאיה אורי",
    "hi-IN": "प्रिया अर्जुन अनन्या रोहन कृष्णा लक्ष्मी विक्रम सीता",
    "zh-CN": "伟 芳 娜 秀英 敏 静 丽 强",
    "ja-JP": "陽葵 蓮 さくら 翔太 美咲 ひろし ケンジ 结衣",
    "ko-KR": "서연 민준 지우 하은 도윤 서준 수빈 예린",
    "th-TH": "สมชาย สุดา น้ำฝน ปิติ มานี ชูใจ วีระ",
}
FIRST_NAMES = {locale: tuple(names.split()) for locale, names in NAMES.items()}

PHONES = {
    "android": (
        ("Pixel 9", "15"),
        ("Galaxy S24", "14"),
        ("Galaxy A15", "13"),
        ("Redmi Note 11", "12"),
        ("Moto G", "11"),
    ),
    "ios": (("iPhone 16", "18.1"), ("iPhone 13", "17.6"), ("iPhone SE", "16.7")),
    "web": (
        ("Chrome", "131"),
        ("Chrome", "130"),
        ("Edge", "131"),
        ("Firefox", "132"),
        ("Safari", "18"),
    ),
    "windows": (("Surface Laptop", "11"), ("ThinkPad X1", "11"), ("Desktop", "10")),
}
VERSIONS = ("5.10.1", "5.10.0", "5.9.2", "5.4", "4.12.3")

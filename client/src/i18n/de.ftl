# Die Texte von Chillin auf Deutsch, mit denselben Ids in derselben Reihenfolge wie in en.ftl.

# -- ui

ui-close = Schließen
ui-show-password = Passwort anzeigen
ui-hide-password = Passwort verbergen
ui-key-control = Strg
ui-key-shift = Umschalt
ui-key-escape = Esc

# -- app

app-crash-title = Da ist etwas schiefgegangen
app-crash-description = Das hätte nicht passieren sollen. Deine Nachrichten sind auf dem Server sicher; meist hilft es, die Seite neu zu laden.
app-crash-reload = Neu laden
app-chunk-title = Ein Teil von Chillin konnte nicht geladen werden
app-chunk-description = Vielleicht ist die Verbindung weg, oder es wurde gerade eine neue Version installiert.
app-loading = Wird geladen
app-not-found-title = Hier ist nichts
app-not-found-description = Vielleicht ist die Adresse falsch geschrieben.
app-not-found-action = Zu den Räumen

# -- entrance

entrance-title = Chillin
entrance-title-invited = #{ $room } · Chillin
entrance-welcome = Willkommen bei Chillin
entrance-tagline = Ein ruhiger Ort zum Reden.
entrance-invited-title = Du bist eingeladen
entrance-invited = Komm dazu in { $room }
entrance-ways = Wie du hereinkommst
entrance-tab-sign-in = Anmelden
entrance-tab-register = Registrieren
entrance-tab-guest = Gast
entrance-sign-in = Anmelden
entrance-register = Konto anlegen
entrance-guest = Als Gast weiter
entrance-guest-continue = Als Gast weiter
entrance-accounts-only = Dieser Server ist nur für Leute mit einem Konto.
entrance-optional = freiwillig

entrance-name = Name
entrance-name-hint = 3 bis 20 Zeichen. Andere sehen ihn.
entrance-name-missing = Gib einen Namen ein.
entrance-name-length = Ein Name hat 3 bis 20 Zeichen.
entrance-name-invisible = Der Name enthält unsichtbare Zeichen.
entrance-name-taken = Dieser Name ist vergeben.
entrance-guest-name = Wie sollen andere dich nennen?
entrance-guest-hint = Ohne Konto. Der Name gehört dir, solange du hier bist.
entrance-guest-name-length = Ein Name hat 1 bis 20 Zeichen.
entrance-guest-name-taken = Dieser Name gehört zu einem Konto. Melde dich damit an oder wähle einen anderen.
entrance-email = E-Mail
entrance-email-wrong = Das sieht nicht nach einer E-Mail-Adresse aus.
entrance-password = Passwort
entrance-password-hint = Mindestens 6 Zeichen.
entrance-password-missing = Gib ein Passwort ein.
entrance-password-short = Ein Passwort hat mindestens 6 Zeichen.
entrance-password-long = Das Passwort ist zu lang.
entrance-auth-failed = Name oder Passwort ist falsch.

entrance-problem-network = Der Server ist nicht erreichbar.
entrance-problem-unavailable = Der Server kann das gerade nicht tun.
entrance-problem-internal = Auf dem Server ist etwas schiefgegangen.
entrance-problem-account-needed = Dafür brauchst du ein Konto. Melde dich an oder registriere dich.
entrance-problem-forbidden = Das darfst du nicht.
entrance-problem-banned = Du wurdest aus diesem Raum verbannt.
entrance-problem-room-gone = Diesen Raum gibt es nicht mehr.
entrance-problem-rate = Zu viele Versuche. Der nächste geht in { $wait }.
entrance-problem-rate-announced = Zu viele Versuche. Bitte warte einen Moment.
entrance-retry = Noch einmal versuchen

entrance-theme-system = Farben: wie das System
entrance-theme-light = Farben: hell
entrance-theme-dark = Farben: dunkel

# -- rooms

rooms-title = Räume
rooms-page-title = Räume · Chillin
rooms-search = Räume suchen
rooms-search-clear = Suche leeren
rooms-refresh = Aktualisieren
rooms-new = Neuer Raum
rooms-list = Räume
rooms-loading = Die Räume werden geladen
rooms-count = { $count ->
    [one] { $count } Raum
   *[other] { $count } Räume
}
rooms-members = { $count ->
    [0] noch keine Mitglieder
    [one] { $count } Mitglied
   *[other] { $count } Mitglieder
}
rooms-private = Privater Raum
rooms-copy-link = Einladungslink zu { $room } kopieren
rooms-link-copied = Einladungslink kopiert
rooms-link-title = Einladungslink
rooms-link-description = Dein Browser lässt uns nicht kopieren: Der Link ist markiert, kopiere ihn mit der Tastatur.
rooms-link-field = Link zu { $room }
rooms-more = Mehr anzeigen
rooms-updated = Die Liste ist aktuell.

rooms-empty-title = Noch keine Räume
rooms-empty-description = Mach den ersten auf und lade jemanden ein.
rooms-none-title = Kein Raum passt zu „{ $query }“
rooms-none-description = Du kannst ihn anlegen.
rooms-create-named = #{ $room } anlegen
rooms-error-title = Die Räume konnten nicht geladen werden
rooms-sign-in = Anmelden

rooms-create-title = Neuer Raum
rooms-create-description = Alle finden ihn in der Liste; ein privater braucht sein Passwort.
rooms-name = Name
rooms-name-hint = Bis zu 30 Zeichen.
rooms-name-missing = Gib einen Namen ein.
rooms-name-long = Der Name eines Raums hat höchstens 30 Zeichen.
rooms-name-taken = Einen Raum mit diesem Namen gibt es schon.
rooms-description = Beschreibung
rooms-description-hint = Worum geht es?
rooms-description-long = Eine Beschreibung hat höchstens 200 Zeichen.
rooms-make-private = Privat
rooms-make-private-hint = Nur wer das Passwort hat, kommt hinein.
rooms-password = Passwort des Raums
rooms-create = Raum anlegen
rooms-cancel = Abbrechen

rooms-unlock-title = #{ $room } ist privat
rooms-unlock-description = Gib das Passwort ein, um hineinzukommen.
rooms-password-wrong = Dieses Passwort ist falsch.
rooms-password-missing = Gib das Passwort des Raums ein.
rooms-unlock = Raum betreten
rooms-creator-taken = Dein Gastname gehört zu einem Konto. Melde dich an oder komm unter einem anderen Namen wieder.

# -- settings

settings-title = Einstellungen
settings-open = Einstellungen
settings-account = Konto
settings-guest = Gast
settings-member-since = Dabei seit { $date }
settings-guest-hint = Du bist als Gast hier: Der Name gehört dir, solange du hier bist.
settings-sign-out = Abmelden
settings-leave-guest = Verlassen
settings-appearance = Aussehen
settings-theme = Farben
settings-theme-system = System
settings-theme-light = Hell
settings-theme-dark = Dunkel
settings-language = Sprache
settings-language-system = Wie der Browser ({ $language })
settings-notifications = Benachrichtigungen
settings-desktop = Desktop-Benachrichtigungen
settings-desktop-hint = Bei Erwähnungen, und bei Nachrichten, während du woanders bist.
settings-desktop-denied = Dein Browser blockiert sie. Erlaube Benachrichtigungen für diese Seite in seinen Einstellungen und komm dann wieder.
settings-desktop-insecure = Browser erlauben sie nur über https.
settings-desktop-unsupported = Dieser Browser kennt keine.
settings-sounds = Töne
settings-sounds-hint = Ein leiser Ton bei neuen Nachrichten.

# -- chat

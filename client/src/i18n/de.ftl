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
entrance-problem-rate = Zu viele Versuche. Der nächste geht in { $wait }.
entrance-problem-rate-announced = Zu viele Versuche. Bitte warte einen Moment.
entrance-retry = Noch einmal versuchen

entrance-language = Sprache
entrance-theme = Farben
entrance-theme-system = System
entrance-theme-light = Hell
entrance-theme-dark = Dunkel

# -- rooms

rooms-chat-loading = Wird geladen
rooms-not-found-title = Hier ist nichts
rooms-not-found-description = Vielleicht ist die Adresse falsch geschrieben.
rooms-not-found-action = Zu den Räumen

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

rooms-problem-forbidden = Das darfst du nicht.
rooms-problem-banned = Du wurdest aus diesem Raum verbannt.
rooms-problem-room-gone = Diesen Raum gibt es nicht mehr.
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

chat-rooms = Räume
chat-no-rooms = Du bist noch in keinem Raum.
chat-browse = Räume ansehen
chat-choose = Kein Raum ist offen
chat-choose-text = Wähle einen an der Seite oder sieh dich nach einem anderen um.
chat-switch = Zu einem Raum
chat-switch-placeholder = Name eines Raums
chat-switch-join = #{ $room } betreten
chat-switch-here = du bist hier
chat-switch-none = Gib den Namen eines Raums ein.
chat-unread = { $count ->
    [one] { $count } ungelesene Nachricht
   *[other] { $count } ungelesene Nachrichten
}
chat-mentions = { $count ->
    [one] { $count } Erwähnung
   *[other] { $count } Erwähnungen
}

chat-own-status = Dein Status
chat-status-online = Online
chat-status-away = Abwesend
chat-status-busy = Beschäftigt
chat-status-offline = Offline
chat-guest = Gast · { $status }
chat-settings = Einstellungen
chat-shortcuts = Tastenkürzel
chat-sign-out = Abmelden
chat-sign-in = Anmelden

chat-private-room = Privater Raum
chat-cached = So, wie dieses Gerät ihn kennt
chat-members = Mitglieder
chat-members-count = { $count ->
    [one] { $count } Mitglied
   *[other] { $count } Mitglieder
}
chat-members-search = Mitglieder suchen
chat-members-none = Niemand hier heißt so.
chat-members-more = { $count ->
    [one] und { $count } weiteres
   *[other] und { $count } weitere
}
chat-you = du
chat-more = Mehr
chat-copy-link = Einladungslink kopieren
chat-link-copied = Einladungslink kopiert
chat-link-not-copied = Dein Browser hat uns nicht kopieren lassen: { $link }
chat-leave = Raum verlassen
chat-left = Du hast #{ $room } verlassen
chat-join = Betreten
chat-join-again = Wieder betreten
chat-joining = Wird betreten …
chat-loading = Lädt

chat-password-title = #{ $room } ist privat
chat-password-text = Gib das Passwort ein, um hineinzukommen.
chat-password = Passwort des Raums
chat-password-missing = Gib das Passwort des Raums ein.
chat-password-wrong = Das Passwort ist falsch.
chat-try-again = Noch einmal versuchen
chat-other-name = Anderen Namen nehmen
chat-refused = #{ $room } lässt sich nicht öffnen
chat-refused-name-taken = Dein Name ist hier vergeben
chat-refused-name-taken-guest = Jemand in #{ $room } heißt genauso, oder der Name gehört zu einem Konto. Komm unter einem anderen wieder.
chat-refused-name-taken-account = Jemand in #{ $room } heißt genauso. Versuch es wieder, wenn er gegangen ist.
chat-refused-banned = Du wurdest aus #{ $room } verbannt
chat-refused-banned-text = Nur die Moderatoren des Raums können das ändern.
chat-refused-not-found = Einen Raum #{ $room } gibt es nicht
chat-refused-not-found-text = Vielleicht wurde er gelöscht, oder im Link steckt ein Fehler.
chat-refused-forbidden = #{ $room } ist dir nicht zugänglich
chat-refused-forbidden-text = Bitte jemanden, der darin ist, dich einzulassen.
chat-refused-sign-in = Für diesen Raum brauchst du ein Konto
chat-refused-sign-in-text = Melde dich an oder registriere dich und öffne den Link noch einmal.
chat-refused-session = Deine Sitzung ist abgelaufen
chat-refused-session-text = Melde dich wieder an; was du geschrieben hast, bleibt erhalten.
chat-kicked = Du wurdest aus #{ $room } entfernt
chat-kicked-text = Jemand von der Moderation hat dich aus diesem Raum entfernt.

chat-messages-in = Nachrichten in #{ $room }
chat-beginning = Hier beginnt #{ $room }.
chat-loading-older = Ältere Nachrichten werden geladen
chat-unread-divider = Neue Nachrichten
chat-new-messages = { $count ->
    [one] { $count } neue Nachricht
   *[other] { $count } neue Nachrichten
}
chat-to-end = Zum Neuesten
chat-said = { $user }: { $text }
chat-edited = (bearbeitet)
chat-deleted = Diese Nachricht wurde gelöscht.
chat-sending = Wird gesendet
chat-sending-at = Wird um { $time } wieder gesendet
chat-sent = Gesendet
chat-not-sent = Nicht gesendet: { $reason }
chat-retry = Noch einmal
chat-discard = Verwerfen
chat-failure-network = es kam keine Antwort.
chat-failure-auth-failed = deine Sitzung ist abgelaufen.
chat-failure-auth-required = dafür brauchst du ein Konto.
chat-failure-forbidden = das darfst du nicht.
chat-failure-room-not-found = den Raum gibt es nicht mehr.
chat-failure-room-password-required = der Raum verlangt ein Passwort.
chat-failure-room-password-wrong = das Passwort des Raums war falsch.
chat-failure-name-taken = dein Name ist in diesem Raum vergeben.
chat-failure-not-in-room = du bist nicht in diesem Raum.
chat-failure-banned = du wurdest aus diesem Raum verbannt.
chat-failure-muted = du darfst in diesem Raum zurzeit nicht schreiben.
chat-failure-message-empty = es steht nichts darin.
chat-failure-message-too-long = sie ist zu lang.
chat-failure-message-not-found = die Nachricht gibt es nicht mehr.
chat-failure-rate-limited = das war zu viel auf einmal. Warte einen Augenblick.
chat-failure-unavailable = der Server kann es gerade nicht speichern.
chat-failure-internal = auf dem Server ist etwas schiefgegangen.
chat-failed = Das ging nicht: { $reason }

chat-message-actions = Was mit der Nachricht geschehen soll
chat-with-key = { $label } ({ $key })
chat-key-delete = Entf
chat-reply = Antworten
chat-in-reply-to = Antwort auf
chat-reply-not-loaded = Die beantwortete Nachricht steht weiter oben.
chat-replying-to = Antwort an { $user }
chat-cancel-reply = Nicht antworten
chat-react = Reagieren
chat-react-with = Mit { $emoji } reagieren
chat-reactions = Reaktionen
chat-reaction = { $emoji } { $count }: { $who }
chat-more-people = { $count ->
    [one] { $count } weiteres Mitglied
   *[other] { $count } weitere
}
chat-copy-text = Text kopieren
chat-copy-code = Code kopieren
chat-copied = Kopiert
chat-copy-failed = Dein Browser hat uns nicht kopieren lassen.
chat-edit = Bearbeiten
chat-edit-label = Nachricht bearbeiten
chat-edit-hint = Enter speichert, Esc bricht ab
chat-edit-empty = Sie ist leer. Zum Löschen gibt es „Löschen“.
chat-save = Speichern
chat-cancel = Abbrechen
chat-delete = Löschen
chat-delete-title = Diese Nachricht löschen?
chat-delete-description = Sie verschwindet für alle und lässt sich nicht zurückholen.
chat-download = { $name } herunterladen, { $size }

chat-message-to = Nachricht an #{ $room }
chat-send = Senden
chat-emoji = Emoji
chat-emoji-picker = Emoji
chat-emoji-search = Emoji suchen
chat-emoji-none = Keines heißt so.
chat-emoji-hint = Wähle ein Emoji
chat-emoji-failed = Die Emoji konnten nicht geladen werden.
chat-emoji-group-recent = Zuletzt verwendet
chat-emoji-group-found = Gefunden
chat-emoji-group-smileys-emotion = Gesichter
chat-emoji-group-people-body = Menschen
chat-emoji-group-animals-nature = Tiere und Natur
chat-emoji-group-food-drink = Essen und Trinken
chat-emoji-group-travel-places = Reisen und Orte
chat-emoji-group-activities = Aktivitäten
chat-emoji-group-objects = Dinge
chat-emoji-group-symbols = Zeichen
chat-emoji-group-flags = Flaggen
chat-suggestions = Vorschläge
chat-suggestions-count = { $count ->
    [one] { $count } Vorschlag
   *[other] { $count } Vorschläge
}
chat-characters-left = { $count ->
    [one] noch { $count } Zeichen
   *[other] noch { $count } Zeichen
}
chat-too-long = { $count ->
    [one] { $count } Zeichen zu viel
   *[other] { $count } Zeichen zu viel
}
chat-typing-one = { $name } schreibt …
chat-typing-two = { $first } und { $second } schreiben …
chat-typing-many = Mehrere schreiben …

chat-connection-start = Nicht verbunden
chat-connection-signed-out = Du bist abgemeldet
chat-connection-auth-failed = Deine Sitzung ist abgelaufen. Melde dich wieder an.
chat-connection-connecting = Verbindung wird aufgebaut …
chat-connection-connected = Wieder verbunden
chat-connection-offline = Du bist offline. Was du schreibst, wird gesendet, sobald du wieder verbunden bist.
chat-connection-reconnecting = Verbindung verloren. Versuch { $attempt } von { $max }
chat-connection-next-try = nächster in { $seconds } s
chat-connection-trying = gerade jetzt
chat-connection-failed = Nach { $attempts } Versuchen keine Verbindung. Was du schreibst, bleibt erhalten.

chat-shortcuts-everywhere = Überall
chat-shortcuts-writing = Beim Schreiben
chat-shortcuts-message = Auf einer Nachricht
chat-shortcut-switch = Zu einem Raum
chat-shortcut-previous = Voriger Raum
chat-shortcut-next = Nächster Raum
chat-shortcut-read = Als gelesen markieren
chat-shortcut-help = Diese Liste
chat-shortcut-send = Senden
chat-shortcut-break = Neue Zeile
chat-shortcut-edit-last = Deine letzte Nachricht bearbeiten
chat-shortcut-bold = Fett
chat-shortcut-italic = Kursiv
chat-shortcut-mention = Jemanden erwähnen
chat-shortcut-emoji = Emoji nach Namen
chat-shortcut-row-up = Vorige Nachricht
chat-shortcut-row-down = Nächste Nachricht

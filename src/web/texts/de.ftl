### Deutsch. Ein Schlüssel je Zeile; Namen kommen als $name, Zahlen als $count.

## Der Rahmen
skip = Zum Inhalt springen
menu = Menü
navigation = Navigation
menu-of-person = Menü von { $name }
account = Konto
sign-out = Abmelden
overview = Übersicht
access-control = Zugriffssteuerung
users = Personen
roles = Rollen
keys = Tastenkürzel
key-search = Suchen
key-users = Zu den Personen
key-rows = Nächste und vorige Zeile
key-select = Zeile auswählen
key-open = Zeile öffnen
key-edit = Zeile bearbeiten, oder sehen, was mit ihr geht
key-help = Diese Liste zeigen
keys-on = Tastenkürzel an, in diesem Browser
close = Schließen
to-account = Zum eigenen Konto
to-overview = Zur Übersicht
error-number = Fehler { $count }
error-prefix = Fehler:
moment = { day }, { $time } UTC
day = { $day }. { $month ->
    [1] Jan.
    [2] Feb.
    [3] März
    [4] Apr.
    [5] Mai
    [6] Juni
    [7] Juli
    [8] Aug.
    [9] Sep.
    [10] Okt.
    [11] Nov.
   *[12] Dez.
 } { $year }
yes = Ja
no = Nein
none = Keine Angabe
none-of-them = Keine
never = Nie
you = Sie
back = Zurück
cancel = Abbrechen
save = Speichern
done = Fertig
apply = Anwenden
next = Weiter
previous = Zurück
older = Ältere
pages = Seiten
since = Seit
changed = Zuletzt geändert

## Übersicht
figure-active = Aktive Personen
figure-active-hint = Dürfen sich anmelden; ohne die, die noch ausstehen
figure-holders = Aktive Inhaber
figure-few = Mindestens { $count } behalten
figure-admins-without-mfa = Dürfen mit bloßem Passwort über andere verfügen
figure-inactive = Deaktivieren Sie, wer gegangen ist
figure-long-pending = Vor mehr als 7 Tagen angelegt und nie gekommen; Einladungen haben eine eigene Liste
few-holders = { $count ->
    [0] Niemand Aktives hat die Rolle { $role }. Geben Sie sie mindestens { $wanted } Personen.
    [one] Nur eine Person hat die Rolle { $role }. Behalten Sie mindestens { $wanted }, damit niemand ausgesperrt ist, wenn eine fehlt.
   *[other] Nur { $count } Personen haben die Rolle { $role }. Behalten Sie mindestens { $wanted }, damit niemand ausgesperrt ist, wenn eine fehlt.
 }

## Die Liste der Personen
add-user = Person hinzufügen
export = Exportieren
export-csv = Als CSV exportieren
kinds-of-users = Arten von Personen
tab-active = Aktiv und ausstehend
tab-deactivated = Deaktiviert
search = Nach Namen suchen
add-filter = Filter hinzufügen
filters = Filter
columns = Spalten
columns-hint = Die erste Spalte bleibt immer. Ist keine gewählt, kommen die üblichen wieder.
views = Ansichten
view-admins-without-mfa = Administratoren ohne MFA
view-inactive = 90 Tage inaktiv
view-long-pending = Ausstehend > 7 Tage
contains = Enthält
is = Ist
chip = { $filter }: { $value }
remove-filter = Filter { $name } entfernen
clear-filters = Alle Filter entfernen
nobody = Noch ist niemand hier. Fügen Sie die erste Person hinzu.
nobody-matches = Niemand passt zu diesen Filtern.
show-deactivated = Deaktivierte Personen anzeigen
hide-deactivated = Deaktivierte Personen ausblenden
with-selected = Mit den ausgewählten:
select = Auswählen
select-all = Alle auf dieser Seite auswählen
selected-count = { $count } ausgewählt:
select-name = { $name } auswählen
actions = Aktionen
menu-of = Aktionen für { $name }
column-name = Name
column-user-name = Benutzername
column-email = E-Mail
column-role = Rolle
column-status = Status
column-type = Anmeldung
column-mfa = MFA
column-last-active = Zuletzt aktiv
column-provider = Identitätsanbieter
column-created = Angelegt
filter-group = Gruppe
filter-source = Herkunft
status-active = Aktiv
status-pending = Ausstehend
status-deactivated = Deaktiviert
type-sso = SSO
type-password = Passwort
mfa-on = An
mfa-off = Aus
mfa-provider = Beim Anbieter
source-local = Hier angelegt
source-provisioned = Bereitgestellt
idle-for = { $count ->
    [one] Seit einem Tag nicht
   *[other] Seit { $count } Tagen nicht
 }
idle-never = Nie
created-within = { $count ->
    [one] Am letzten Tag
   *[other] In den letzten { $count } Tagen
 }
created-before = { $count ->
    [one] Vor mehr als einem Tag
   *[other] Vor mehr als { $count } Tagen
 }

## Eine Person
sections = Abschnitte
section-access = Zugriff
section-security = Sicherheit
section-activity = Aktivität
section-provisioning = Bereitstellung
user-name-fixed = Nicht änderbar
type-fixed = Seit dem Anlegen festgelegt
groups = Gruppen
no-role = Keine Rolle
roles-and-sources = Rollen und ihre Herkunft
comes-from = Herkunft
decides = Zählt
permissions = Berechtigungen
permission = Berechtigung
no-permissions = Keine der hier bekannten Berechtigungen.
from-hand = Von der Administration vergeben
from-group = Gruppe „{ $name }“
from-a-group = Eine Gruppe
from-provider = Von { $name } gesendet
from-a-provider = Der Identitätsanbieter
from-default = Für alle von { $name }
authenticator-since = Authenticator-App, seit
factors = Zweite Faktoren
passkey-since = Passkey „{ $name }“, seit
recovery-codes-left = { $count ->
    [0] Kein Wiederherstellungscode mehr
    [one] Noch ein Wiederherstellungscode
   *[other] Noch { $count } Wiederherstellungscodes
 }
mfa-required = Zweiter Faktor verlangt
as-policy = Wie die Richtlinie der Organisation sagt
sessions = Angemeldet an
no-sessions = Nirgends angemeldet.
browser = Browser
method = Wie
signed-in = Angemeldet
last-used = Zuletzt benutzt
network-address = Adresse
when = Wann
what = Was
by-whom = Von
outcome-denied = Abgelehnt
outcome-failure = Fehlgeschlagen
no-activity = Bisher ist nichts geschehen.
external-id = Kennung beim Anbieter
kind-generic = SCIM 2.0
paused = Angehalten
managed-hint = Namen, Adressen und Gruppen hält der Identitätsanbieter aktuell; ändern Sie sie dort.
not-managed = Kein Identitätsanbieter verwaltet diese Person. Namen und Rollen werden hier gepflegt.

## Was mit einer Person geschieht
deed-role = Rolle ändern
deed-resend-activation = Aktivierungsmail erneut senden
deed-reset-password = Passwort zurücksetzen
deed-temp-password = Vorläufiges Passwort setzen
deed-require-mfa = MFA verlangen
deed-reset-mfa = MFA zurücksetzen
deed-end-sessions = Überall abmelden
deed-activate = Person aktivieren
deed-deactivate = Person deaktivieren
deed-leave = Organisation verlassen
deed-remove = Zugang entfernen
deed-delete = Person löschen
deed-erase = Personendaten löschen
deed-edit = Person bearbeiten
ask-edit = PERSON BEARBEITEN: { $name }
ask-role = PERSON BEARBEITEN: { $name }
is-role-now = { $name } ist jetzt { $role }.
ask-role-text = Wählen Sie eine andere Rolle für { $name }. Sie gilt sofort, ohne neue Anmeldung.
ask-resend-activation = Aktivierungslink erneut an { $name } senden?
ask-resend-activation-text = { $name } bekommt einen neuen Link, um das erste Passwort zu wählen; er gilt 72 Stunden. Der alte Link gilt nicht mehr.
ask-reset-password = Passwort von { $name } zurücksetzen?
ask-reset-password-text = { $name } bekommt eine Mail mit einem Link, um ein neues Passwort zu wählen. Das alte gilt, bis der Link benutzt wird.
ask-temp-password = Vorläufiges Passwort für { $name } setzen
ask-temp-password-text = Das Passwort gilt einmal, innerhalb von 24 Stunden, und muss gleich danach geändert werden. Jede Sitzung von { $name } endet jetzt.
ask-require-mfa = Zweiten Faktor von { $name } verlangen?
ask-require-mfa-text = Ein zweiter Faktor wird ab der nächsten Anmeldung von { $name } verlangt, was auch immer die Richtlinie der Organisation sagt.
ask-reset-mfa = Zweiten Faktor von { $name } zurücksetzen?
ask-reset-mfa-text = Authenticator-App, Passkeys und Wiederherstellungscodes von { $name } werden entfernt. Jede Sitzung, jeder persönliche Token und jeder Link von { $name } endet, und Anwendungen erfahren davon. Wo die Richtlinie einen zweiten Faktor verlangt, wird er bei der nächsten Anmeldung neu eingerichtet.
ask-end-sessions = { $name } überall abmelden?
ask-end-sessions-text = Jede Sitzung, jeder persönliche Token und jeder Link von { $name } endet sofort, auf jedem Gerät, und Anwendungen erfahren davon. Danach ist eine neue Anmeldung möglich.
ask-activate = { $name } aktivieren?
ask-activate-text = { $name } darf sich wieder anmelden, mit den Rollen, Gruppen und Faktoren von vorher. Alte Sitzungen bleiben beendet.
ask-deactivate = { $name } deaktivieren?
ask-deactivate-text = Jede Sitzung, jeder Token und jeder Link von { $name } endet sofort, und Anwendungen werden benachrichtigt. Rollen und Gruppen bleiben erhalten; Aktivieren bringt sie zurück.
ask-leave = Organisation verlassen?
ask-leave-text = Ihre Mitgliedschaft in { $org } endet, { $name }. Ihre Sitzungen enden sofort, und Sie kommen nur zurück, wenn jemand Sie wieder hinzufügt.
ask-remove = Zugang von { $name } entfernen?
ask-remove-text = Die Mitgliedschaft von { $name } in { $org } endet: Sitzungen, Token, Rollen, Gruppen und Faktoren sind weg. Das lässt sich nicht rückgängig machen.
ask-delete = { $name } löschen?
ask-delete-text = { $name } hat sich nie angemeldet. Die Person und der gesendete Link sind dann weg. Das lässt sich nicht rückgängig machen.
ask-erase = Personendaten von { $name } löschen?
ask-erase-text = Name, Adresse und alles über { $name } wird gelöscht, und der Zugang endet. Das Protokoll behält unter einer Nummer, was getan wurde. Das lässt sich nicht rückgängig machen.
do-role = Aktualisieren
do-reset-password = Link senden
do-temp-password = Passwort setzen
do-require-mfa = MFA verlangen
do-reset-mfa = MFA zurücksetzen
do-end-sessions = Überall abmelden
do-activate = Aktivieren
do-deactivate = Deaktivieren
do-leave = Ja, verlassen
do-remove = Ja, entfernen
do-delete = Löschen
do-erase = Daten löschen
best-for = Geeignet für: { $name }.
choose-role = Wählen Sie eine Rolle.
role-from-elsewhere = Die Rolle, die jetzt zählt, wird nicht hier vergeben ({ $source }). Eine Rolle, die Sie geben, kommt hinzu; die höchste zählt.
temp-password-field = Vorläufiges Passwort
temp-password-hint = Leer lassen, um eines erzeugen und einmal anzeigen zu lassen.
update-role = Rolle ändern
email-stays = Eine Adresse kann nicht entfallen; schreiben Sie eine andere.
choose-provider = Wählen Sie einen Identitätsanbieter der Organisation.
provider-none = Keiner
provider-none-yet = Noch keiner
provider-hint = Nur für Personen mit SSO: wo sie sich anmelden, sobald der Anbieter sie geliefert hat.
mfa-required-hint = An: Ab der nächsten Anmeldung wird ein zweiter Faktor verlangt.
role-is-added = Die Rolle, die zählt, kommt aus einer Gruppe oder vom Identitätsanbieter. Eine hier gewählte kommt dazu; die höchste zählt.
why-kept = Das hält { $name } aktuell. Ändern Sie es dort.
why-role = Die Rolle ändert nur, wer dieser Person Rollen geben darf.
why-not-sso = Nur Personen mit SSO haben einen Identitätsanbieter.
why-provider = Das ändert nur, wer Personen zu einem anderen Identitätsanbieter bringen darf.
why-teams = Das ändert nur, wer Personen in Teams aufnehmen darf.
type-to-confirm = Zum Bestätigen { $name } eingeben
type-the-name = Geben Sie den Benutzernamen genau so ein, wie er angezeigt wird.
not-offered = Das geht mit dieser Person nicht, oder nicht durch Sie.
not-offered-newcomers = Sie dürfen hier niemanden hinzufügen. Fragen Sie jemanden, der Rollen vergibt.
why-last-holder = Letzter aktiver Inhaber der Rolle { $role }. Geben Sie die Rolle zuerst jemand anderem.
why-no-address = Die Person hat keine Adresse für einen Link. Setzen Sie ein vorläufiges Passwort.
why-mfa-required = Ein zweiter Faktor wird hier schon verlangt.
why-not-active = Nur wer aktiv ist, kommt in ein Team.
why-on-team = Schon in diesem Team.
why-no-factor = Hier ist kein zweiter Faktor eingerichtet.
why-deactivated = Die Person ist deaktiviert. Aktivieren Sie sie zuerst.
why-managed = Die Rolle kommt vom Identitätsanbieter. Ändern Sie sie dort.
why-yourself = Das sind Sie.
why-not-fitting = Bei jemandem wie dieser Person nicht möglich: { $status }.
why-not-yours = Das dürfen Sie nicht tun.
once-password-title = Vorläufiges Passwort von { $name }
once-password-text = Geben Sie es sicher weiter. Es wird nur jetzt angezeigt, gilt einmal, innerhalb von 24 Stunden, und muss gleich danach geändert werden.
once-link-title = Aktivierungslink von { $name }
once-link-text = Geben Sie ihn sicher weiter. Er wird nur jetzt angezeigt und gilt einmal, 72 Stunden lang.

## Mehrere Personen
bulk-title = { $deed }: mehrere Personen
bulk-users = { $count ->
    [one] 1 Person
   *[other] { $count } Personen
 }
bulk-summary =
    { $skipped ->
        [0] { $count } ausgewählt, nichts ausgelassen.
       *[other] { $skipped } von { $count } ausgelassen.
    }
bulk-resend-activation-text = Alle hier Genannten bekommen eine Mail mit einem neuen Link, um das erste Passwort zu wählen; er gilt 72 Stunden. Die alten Links gelten nicht mehr.
bulk-team-text = Wählen Sie das Team. Wer schon darin ist und wer nicht hineinkann, steht auf der nächsten Seite.
bulk-team-plan = Neu im Team „{ $team }“: { $name }.
bulk-chosen = Ausgewählt
bulk-ready = Es betrifft
bulk-skipped = Ausgelassen
bulk-do = { $deed } ({ $count })
bulk-choose = Wählen Sie in der Liste zwischen 1 und { $count } Zeilen aus.
bulk-invitations-title = { $deed }: mehrere Einladungen
bulk-resend-invitations-text = Alle hier Genannten bekommen eine Mail mit einem neuen Link, der einmal gilt, 7 Tage lang. Die alten Links gelten nicht mehr.
bulk-delete-invitations-text = Die Links, die diese Personen bekommen haben, gelten sofort nicht mehr. Sie können sie wieder einladen.
why-answered = Sie ist schon beantwortet oder zurückgenommen.
why-not-your-invitation = Das macht nur, wer in diese Rolle einladen darf.

## Einladungen
tab-invitations = Einladungen
invite-user = Person einladen
create-users = + Personen anlegen
invite-title = Teammitglieder einladen
email-addresses = E-Mail-Adressen
email-addresses-hint = Fügen Sie so viele ein, wie Sie möchten, bis zu { $count }: getrennt durch Kommas, Semikolons, Leerzeichen oder Zeilenumbrüche, jede allein oder als „Ada Lovelace <ada@example.com>“.
full-name = Voller Name
role-for-all = Rolle für alle
role-for-all-hint = Im nächsten Schritt kann jede Person eine andere Rolle bekommen.
about-roles = Wofür die Rollen da sind
set-user-roles = Rollen festlegen
people-to-invite = Personen, die eingeladen werden
email-of-row = E-Mail von Person { $count }
name-of-row = Voller Name von Person { $count }
role-of-row = Rolle von Person { $count }
teams-of-row = Teams von Person { $count }:
apply-to-all = Für alle übernehmen
remove = ENTFERNEN
remove-row = { $name } ENTFERNEN
more-addresses = Weitere Adressen hinzufügen
add-rows = Hinzufügen
check-rows = Erneut prüfen
none-ready = Noch kann niemand eingeladen werden. Berichtigen oder entfernen Sie die markierten Zeilen.
send-invitation-email = Einladung per E-Mail senden
send-invitation-email-hint = An: Jede Person bekommt eine Mail mit einem Link. Aus: Es geht keine Mail hinaus, und Sie bekommen die Links zum Weitergeben.
send-invitations = { $count ->
    [one] 1 Einladung senden
   *[other] { $count } Einladungen senden
 }
invited-now = { $count ->
    [one] 1 Person ist eingeladen
   *[other] { $count } Personen sind eingeladen
 }
not-invited = Noch nicht eingeladen
links-once = Geben Sie jeden Link auf sicherem Weg weiter. Sie werden nur jetzt angezeigt; jeder gilt einmal, 7 Tage lang.
copy-link-of = Link von { $name } kopieren
invite-nobody = Geben Sie zwischen 1 und { $count } Adressen ein.
invite-too-many = Das wären { $count } Personen. Laden Sie höchstens { $most } auf einmal ein.
invite-none-sent = Niemand wurde eingeladen. Jede Zeile sagt, warum.
invite-twice = Diese Adresse steht weiter oben in der Liste schon.
invite-name = Der Name lässt sich nicht verwenden. { $text }
invite-too-often = Zu viele Einladungen in kurzer Zeit. Senden Sie diese { $wait }.
letters-too-often = { $name } hat in der letzten Stunde schon so viele Mails mit einem Link bekommen, wie eine Person in einer Stunde bekommt. Die nächste geht { $wait }.
wait-minutes = { $count ->
    [one] in einer Minute
   *[other] in { $count } Minuten
 }
wait-hours = { $count ->
    [one] in einer Stunde
   *[other] in { $count } Stunden
 }
address-none = Schreiben Sie eine Adresse wie ada@example.com.
address-several = Schreiben Sie eine Adresse mit einem einzigen @.
address-character = Lassen Sie Leerzeichen, Sonderzeichen und doppelte Punkte vor dem @ weg.
address-domain = Schreiben Sie nach dem @ eine Domain wie example.com.
address-long = Die Adresse ist zu lang: Sie darf { $count } Zeichen haben.
address-local-long = Der Teil vor dem @ ist zu lang: Er darf { $count } Zeichen haben.
nobody-invited = Keine Einladung wartet auf eine Antwort.
no-invitation-matches = Keine Einladung passt zu diesen Filtern.
search-invitations = Nach Name oder E-Mail suchen
name-or-email = Name oder E-Mail
first-invited = Zuerst eingeladen
filter-letter = Mail
letter-undelivered = Konnte nicht zugestellt werden
letter-without-problem = Kein Problem bekannt
status-invited = Eingeladen
status-expired = Abgelaufen
status-void = Zählt nicht mehr
status-undelivered = Nicht zugestellt
undelivered-refused = Die Mail an { $address } konnte nicht zugestellt werden ({ $moment }): Der Mailserver hat sie abgelehnt.
undelivered-refused-saying = Die Mail an { $address } konnte nicht zugestellt werden ({ $moment }). Der Mailserver hat sie abgelehnt und sagte: „{ $said }“.
undelivered-never-left = Die Mail an { $address } konnte nicht zugestellt werden ({ $moment }): Kein Mailserver hat sie angenommen, so oft es versucht wurde.
undelivered-never-left-saying = Die Mail an { $address } konnte nicht zugestellt werden ({ $moment }), so oft es versucht wurde. Der Mailserver sagte: „{ $said }“.
undelivered-invitation = Senden Sie die Einladung erneut, oder kopieren Sie ihren Link: Senden Sie sie dazu ohne Mail erneut.
undelivered-user = Prüfen Sie die Adresse; dieser Hinweis verschwindet, sobald dort eine Mail ankommt.
invited-by = Eingeladen von
the-operator = Der Betreiber
sent = Gesendet
expires = Läuft ab
invitation-resend = Einladung erneut senden
invitation-delete = Einladung löschen
ask-resend = Einladung an { $name } erneut senden?
ask-resend-text = { $name } bekommt einen neuen Link als { $role }, der einmal gilt, 7 Tage lang. Der alte Link gilt nicht mehr.
do-resend = Erneut senden
ask-revoke = Einladung von { $name } löschen?
ask-revoke-text = Der Link, den { $name } als { $role } bekommen hat, gilt sofort nicht mehr. Sie können die Person wieder einladen.
once-invitation-title = Einladungslink von { $name }
once-invitation-text = Geben Sie ihn auf sicherem Weg weiter. Er wird nur jetzt angezeigt und gilt einmal, 7 Tage lang.

## Dienstkonten
tab-service-accounts = Dienstkonten
service-accounts-hint = Konten von Programmen. Sie können sich nicht anmelden und nicht eingeladen werden; sie rufen die API mit Token auf, im Rahmen ihrer einen Rolle.
new-service-account = Neues Dienstkonto
no-service-accounts = Noch hat kein Programm ein Konto.
service-owner = Verantwortlich
service-description = Beschreibung
service-description-hint = Was das Programm tut, damit andere wissen, was ohne es nicht mehr geht.
service-name-hint = Wie das Programm heißt, etwa „HR-Abgleich“.
service-roles-hint = Eine geschützte Rolle ist nur für Personen.
service-name-wrong = Geben Sie einen Namen ein: höchstens 100 Zeichen, ohne Zeilenumbrüche und Tabulatoren.
service-description-wrong = Verwenden Sie für die Beschreibung höchstens 500 Zeichen, ohne Zeilenumbrüche und Tabulatoren.
service-tokens = Token
service-tokens-hint = Bei jedem Aufruf zählt die Rolle, die das Konto in diesem Moment hat. Ein Token wird einmal angezeigt, wenn er gemacht wird.
service-no-tokens = Es gibt keinen; das Programm kann die API nicht aufrufen.
new-token-of = Neuer Token für { $name }
service-token-name-hint = Wo er verwendet wird, etwa „nächtlicher Lauf“.
service-token-reads = Lesen, was die Rolle sehen kann
service-token-writes = Ändern, was die Rolle ändern darf
service-owner-hint = Der Benutzername von jemandem, der aktiv ist. Die Person steht für das ein, was das Programm tut.
service-owner-wrong = Geben Sie den Benutzernamen eines aktiven Benutzers dieser Organisation ein.
service-owner-gone = (nicht aktiv: bitte übergeben)
service-hand-over = Verantwortlichen ändern
ask-service-owner = Verantwortlichen von { $name } ändern
ask-service-owner-text = Von jetzt an steht jemand anderes für { $name } ein. Rolle und Token bleiben, wie sie sind.
service-edit = Name und Beschreibung bearbeiten
service-activate = Dienstkonto aktivieren
service-deactivate = Dienstkonto deaktivieren
service-delete = Dienstkonto löschen
ask-service-edit = Dienstkonto bearbeiten: { $name }
ask-service-edit-text = Das Protokoll zeigt unter diesem Namen, was { $name } tut. Token und Rolle bleiben, wie sie sind.
ask-service-role = Rolle von { $name } ändern
ask-service-role-text = { $name } ist jetzt { $role }. Eine andere Rolle zählt für jeden Token beim nächsten Aufruf.
ask-service-activate-text = { $name } darf die API wieder als { $role } aufrufen, nur mit neuen Token. Alte Token bleiben ungültig.
ask-service-deactivate-text = Jeder Token von { $name } ist sofort und endgültig ungültig, und Programme, die einen verwenden, werden abgewiesen. Das Konto bleibt und kann wieder aktiviert werden.
ask-service-delete-text = Das Dienstkonto { $name } und jeder seiner Token sind sofort weg, und Programme, die einen verwenden, werden abgewiesen. Das lässt sich nicht rückgängig machen.
ask-end-token = Token { $name } beenden?
ask-end-token-text = Der Token { $name } von { $account } ist sofort ungültig, und Programme, die ihn verwenden, werden abgewiesen. Das lässt sich nicht rückgängig machen; andere Token bleiben.
do-end-token = Token beenden
once-token-title = Neuer Token { $name }
once-token-text = Kopieren Sie ihn dorthin, wo er verwendet wird. Er wird nur jetzt angezeigt und gilt bis { $until }.
service-not-offered = Das ist bei diesem Dienstkonto nicht möglich, oder nicht für Sie.
why-service-accounts-full = Es gibt { $count } Dienstkonten, mehr sind nicht möglich. Löschen Sie zuerst eines.
why-service-deactivated = Das Dienstkonto ist deaktiviert. Aktivieren Sie es zuerst.
why-tokens-full = Es hat { $count } Token, mehr sind nicht möglich. Beenden Sie zuerst einen.

## Eine neue Person
teams-chosen = { $count ->
    [0] Kein Team
    [one] 1 Team
   *[other] { $count } Teams
 }
create-user = Person anlegen
required-legend = Felder mit Sternchen (*) sind Pflichtfelder.
sso-on = SSO an
sso-hint = An: Anmeldung beim Identitätsanbieter der Organisation. Aus: Anmeldung hier mit Passwort. Das lässt sich später nicht ändern.
sso-without-provider = Die Organisation hat noch keinen Identitätsanbieter, der Anmeldungen annimmt; mit SSO kann sich also niemand anmelden. Wer mit SSO angelegt wird, kann sich anmelden, sobald der Betreiber dieses Servers einen angebunden hat.
email-hint = Dorthin gehen Links und Mitteilungen. Ohne Adresse geben Sie den ersten Zugang selbst weiter.

## Import von Personen
import-users = Personen aus CSV importieren
import-upload = CSV-Datei
import-upload-hint = UTF-8 (in Excel: als „CSV UTF-8“ speichern), bis 3 MiB.
import-file = Oder ihr Text
import-hint = Gilt, wenn keine Datei gewählt ist. Datei und Text beginnen mit dieser Zeile; die Spalten dürfen in jeder Reihenfolge stehen. user_name und display_name müssen da sein; email, role und sign_in (sso oder password) dürfen fehlen. Kommas oder Semikolons trennen. Nichts wird gespeichert, bevor Sie gesehen haben, was geschehen würde. Wer schon da ist, wird nicht geändert.
import-check = Prüfen
import-plan = Das würde geschehen. Noch ist nichts gespeichert.
import-done = Der Import ist fertig.
import-do = { $count ->
    [one] Eine Person importieren
   *[other] { $count } Personen importieren
 }
import-would-create = { $count ->
    [one] Eine Person würde angelegt
   *[other] { $count } Personen würden angelegt
 }
import-created = { $count ->
    [one] Eine Person wurde angelegt
   *[other] { $count } Personen wurden angelegt
 }
import-exists = { $count ->
    [one] Eine Person ist schon da und bleibt, wie sie ist
   *[other] { $count } Personen sind schon da und bleiben, wie sie sind
 }
import-refused = { $count ->
    [one] Eine Zeile wird abgelehnt
   *[other] { $count } Zeilen werden abgelehnt
 }
import-more = { $count ->
    [one] Und eine weitere.
   *[other] Und { $count } weitere.
 }
import-secrets = Geben Sie Links und Passwörter auf sicherem Weg weiter. Sie werden nur jetzt gezeigt. Alle anderen bekommen eine Mail.
import-line = Zeile { $count }
import-cells = { $found ->
    [one] Sie hat 1 Zelle, die erste Zeile aber { $wanted }. Setzen Sie eine Zelle mit Komma oder Semikolon in doppelte Anführungszeichen.
   *[other] Sie hat { $found } Zellen, die erste Zeile aber { $wanted }. Setzen Sie eine Zelle mit Komma oder Semikolon in doppelte Anführungszeichen.
 }
import-name = { $column } lässt sich nicht verwenden. { $text }
import-role = Die Rolle { $name } gibt es nicht. Die Rollen sind { $roles }.
import-sign-in = Schreiben Sie sso oder password, nicht { $name }.
import-twice = Zeile { $count } hat diesen Benutzernamen schon.
import-no-address = Geben Sie eine Adresse an, damit das vorläufige Passwort verschickt werden kann.
said-imported = { $count ->
    [0] Niemand wurde importiert: Alle sind schon da.
    [one] Eine Person wurde importiert.
   *[other] { $count } Personen wurden importiert.
 }

## Teams
teams = Teams
filter-team = Team
filter-project = Projekt
create-team = Team anlegen
delete-team = Team löschen
description = Beschreibung
members = Mitglieder
no-teams = Es gibt noch kein Team. Ein Team sind Personen, die zusammenarbeiten.
no-members = In diesem Team ist noch niemand.
team-members-later = Die Mitglieder werden auf der nächsten Seite gewählt.
add-members = Mitglieder hinzufügen
remove-members = Aus dem Team nehmen
nobody-to-add = Es ist keine aktive Person zu finden, die hinzugefügt werden könnte.
search-for-more = Es gibt noch mehr Personen. Suchen Sie nach einem Namen, um sie zu finden.
name-and-description = Name und Beschreibung
not-offered-team = Das dürfen Sie mit Teams nicht tun.
ask-delete-team = Team { $name } löschen?
ask-delete-team-text = { $count ->
    [0] Niemand ist darin. Das lässt sich nicht rückgängig machen.
    [one] Die eine Person darin bleibt angelegt. Das lässt sich nicht rückgängig machen.
   *[other] Die { $count } Personen darin bleiben angelegt. Das lässt sich nicht rückgängig machen.
 }

## Rollen
matrix = Rollenmatrix
role-protected = { $count ->
    [one] Geschützt: mindestens ein aktiver Inhaber bleibt
   *[other] Geschützt: mindestens { $count } aktive Inhaber bleiben
 }
role-ceiling = Begrenzt, was andere Rollen erlauben
role-leaves = Darf die Organisation verlassen
role-stays = Darf nicht selbst austreten
who-holds-it = Wer sie hat, und warum
nobody-holds-it = Niemand.
all-holders = Alle in der Liste der Personen zeigen
in-the-list = In der Liste der Personen zeigen
may-do-to-others = Was Inhaber mit anderen dürfen
to-holders-of = Mit Inhabern von

create-role = Rolle anlegen
change-role = Rolle ändern
delete-role = Rolle löschen
edit-role = Die Rolle { $name } ändern
role-own = Von dieser Organisation angelegt
role-save = Rolle speichern
role-not-yet = Die Rolle wurde nicht gespeichert. Was nicht stimmt, steht bei jedem Feld.
role-key = Schlüssel für Programme
role-key-hint = Der Name in Token und in der API: kleine Buchstaben, Ziffern, - und _. Leer gelassen, entsteht er aus dem Namen. Er ändert sich nie.
role-key-stays = Ihr Schlüssel für Programme ist { $name } und ändert sich nie.
role-best-for = Geeignet für
role-extends = Erlaubt auch, was diese Rolle erlaubt
extends-nothing = Keine andere Rolle
role-extends-hint = Was jene Rolle verbietet und begrenzt, gilt auch hier.
role-below = Rang gleich unter
rank-lowest = Die niedrigste von allen
role-below-hint = Hat jemand mehrere Rollen, zählt die höchste.
role-patterns = Weitere Berechtigungen, als Muster
role-patterns-hint = Eines je Zeile. users.* ist alles unterhalb von users, *:read liest alles, app.orders:* ist alles mit Bestellungen Ihrer Anwendungen.
role-deny = Außer diesen
role-deny-hint = Muster, eines je Zeile. Sie gehen allem vor, was oben erlaubt ist.
role-limit = Höchstens diese
role-limit-hint = Muster, eines je Zeile. Wer diese Rolle hat, darf nicht mehr als das, auch wenn andere Rollen mehr erlauben. Leer heißt: keine Grenze.
role-people = Personen
role-given-by = Wer sie geben darf
role-given-by-hint = Inhaber dieser Rollen dürfen sie geben und mit ihren Inhabern tun, was sie mit anderen tun dürfen.
role-grants = Welche Rollen ihre Inhaber geben dürfen
role-grants-hint = Nur Rollen, die Sie selbst geben dürfen und die nichts über diese hinaus erlauben.
role-manages = Mit wem ihre Inhaber tun dürfen, was ihre Berechtigungen nennen
role-manages-hint = Zählt nur für Berechtigungen an Personen, etwa users:update.
effect-nobody = Niemand gewinnt oder verliert dadurch jetzt etwas.
effect-who = { $users }{ $programs } mit { $roles }
effect-users = { $count ->
    [one] 1 Person
   *[other] { $count } Personen
 }
effect-programs = { $count ->
    [0] { "" }
    [one] {" "}und 1 Dienstkonto
   *[other] {" "}und { $count } Dienstkonten
 }
effect-gains = { $count ->
    [one] Gewinnen 1 Sache:
   *[other] Gewinnen { $count } Dinge:
 }
effect-loses = { $count ->
    [one] Verlieren 1 Sache:
   *[other] Verlieren { $count } Dinge:
 }
power-gives = die Rolle { $name } geben
power-does = { $deed } bei { $role }
model-changes = { $count ->
    [one] 1 Änderung am Rollenmodell
   *[other] { $count } Änderungen am Rollenmodell
 }
model-same = Das Rollenmodell bleibt, wie es ist.
reading = Lesart des Rollenmodells
reading-now = Lesart: { $name }
reading-choose = Andere Lesart wählen
reading-save = Diese Lesart verwenden
reading-one = Dieses Rollenmodell hat nur eine Lesart.
reading-strict = Streng: Rollen ändern und jemanden aussperren darf nur ein Owner
reading-matrix = Matrix: Admins ändern die Rollen aller außer der Owner und dürfen sie aussperren
ask-delete-role = Die Rolle { $name } löschen?
ask-delete-role-text = Niemand hat sie, und nichts gibt sie. Eine andere Rolle desselben Namens, die später entsteht, gibt niemandem etwas zurück.
role-in-use = Diese Rolle ist in Gebrauch und lässt sich nicht löschen. Geben Sie denen, die sie haben, eine andere, und nehmen Sie sie weg, wo sie genannt ist:
used-by-more = { $count ->
    [one] und 1 weitere Person
   *[other] und { $count } weitere Personen
 }
used-by-groups = Gruppen, die sie geben: { $name }
used-by-service-accounts = Dienstkonten: { $name }
used-by-invitations = Offene Einladungen: { $name }
used-by-connections = Verbindungen zu Identitätsanbietern: { $name }
used-by-roles = Rollen, die auf ihr aufbauen: { $name }
used-by-policy = Die Richtlinie für zweite Faktoren nennt sie.

## Ansichten, und wohin es geht
keep-view = Diese Ansicht behalten
view-name = Name der Ansicht
view-save = Ansicht speichern
view-share = Allen zeigen, die die Liste sehen
view-shared = geteilt
view-delete = Die Ansicht { $name } löschen
density-dense = Enge Zeilen
density-roomy = Weite Zeilen
undo = Rückgängig
go = Gehe zu
go-search = Seiten und Personen suchen
go-nothing = Nichts heißt so.
go-count = { $count ->
    [0] Nichts gefunden
    [one] 1 gefunden
   *[other] { $count } gefunden
 }
go-all = Alle Seiten zeigen
key-control = Strg
key-go = Zu einer Seite oder Person gehen
go-overview = Start, Dashboard, Übersicht, Sicherheitslage
go-users = Access Control, Settings Users, Identity & Access, User Account Management, Benutzer, Mitglieder, Verzeichnis
go-invite = Create Users, Invite team members, Set User Roles, Einladen, Personen hinzufügen
go-create = Create User, Add User, Neue Person, Benutzer anlegen, Identity & Access
go-import = CSV, Massenimport, Hochladen
go-invitations = Pending, Invited, Eingeladen, Offen, Erneut senden, Access Control
go-deactivated = Inaktiv, Gesperrt, Show deactivated Users, Disabled
go-service = Programme, API-Schlüssel, Bots, Tokens, Maschinenkonten
go-teams = Gruppen, Team Management, Projektzugang
go-create-team = Neues Team, Add Team
go-roles = Access Control, Berechtigungen, Permissions, User types, Benutzertypen
go-matrix = Berechtigungen, Permissions, Rechte, Access Control
go-create-role = Neue Rolle, Eigene Rolle, Custom role, Berechtigungen
go-reading = Rollenmodell, Preset, Matrix, Streng
go-policies = Policy, Richtlinie, MFA, 2FA, Zwei-Faktor, Passwörter, Kennwörter, Sitzungen, Einstellungen, Sicherheit, Anmeldung
go-account = Profil, Account Settings, Mein Konto, Name, E-Mail
go-refused = SSO, Single Sign-on, Okta, Entra, Azure AD, OIDC, Login, Warum, Fehlgeschlagen, Identitätsanbieter, Nummer
go-security = Enable MFA, 2FA, Zwei-Faktor, TOTP, Passwörter, Kennwörter, Wiederherstellungscodes, Passkeys, Account Settings
go-sessions = Geräte, Angemeldet, Überall abmelden
go-own-applications = Apps, Einwilligungen, Zustimmungen, Widerrufen, Angemeldet mit
go-tokens = Tokens, Persönliche Token, API-Schlüssel, Zugangstoken
go-activity = Verlauf, Anmeldungen, Login history

## Der Verlauf der Anmeldungen
sign-ins = Anmeldungen
no-sign-ins = Noch hat niemand versucht, sich als diese Person anzumelden.
result = Ergebnis
second-factor = Zweiter Faktor
application = Anwendung
outcome-success = Angemeldet
method-password = Passwort
method-passkey = Passkey
method-provider = Identitätsanbieter
factor-totp = Authenticator-App
factor-recovery-code = Wiederherstellungscode
deeds-on-user = Was mit dieser Person geschah

## Was getan wurde
said-view-saved = Die Ansicht wurde gespeichert.
said-view-deleted = Die Ansicht wurde gelöscht.
said-role-saved = Die Rolle wurde gespeichert.
said-role-deleted = Die Rolle wurde gelöscht.
said-reading = Die Lesart wurde gewählt.
said-created = Die Person wurde angelegt.
said-created-without-provider = Die Person wurde angelegt und kann sich noch nicht anmelden: Es ist kein Identitätsanbieter gewählt, der Anmeldungen annimmt.
said-role = Die Rolle wurde geändert.
said-deactivated = Die Person wurde deaktiviert, und jeder Zugang ist beendet.
said-activated = Die Person darf sich wieder anmelden.
said-activation = Ein neuer Aktivierungslink ist unterwegs. Der alte gilt nicht mehr.
said-reset = Ein Link, mit dem ein neues Passwort gewählt wird, ist auf dem Weg.
said-temp-password = Das vorläufige Passwort ist gesetzt. Geben Sie es auf sicherem Weg weiter.
said-mfa = Der zweite Faktor wurde zurückgesetzt.
said-sessions = Jede Sitzung ist beendet.
said-removed = Der Zugang wurde entfernt.
said-deleted = Die Person wurde gelöscht.
said-erased = Die Personendaten wurden gelöscht.
said-invited = { $count ->
    [one] 1 Einladung wurde gesendet.
   *[other] { $count } Einladungen wurden gesendet.
 }
said-resent = Ein neuer Link ist unterwegs. Der alte gilt nicht mehr.
said-revoked = Die Einladung wurde gelöscht; ihr Link gilt nicht mehr.
said-service-created = Das Dienstkonto wurde angelegt. Machen Sie einen Token für sein Programm.
said-service-changed = Das Dienstkonto wurde geändert.
said-service-activated = Das Dienstkonto darf die API wieder aufrufen, mit neuen Token.
said-service-deactivated = Das Dienstkonto wurde deaktiviert, und alle seine Token sind ungültig.
said-service-deleted = Das Dienstkonto wurde gelöscht, mit allen seinen Token.
said-token-ended = Der Token ist ungültig.
said-updated = Die Person wurde geändert.
said-team-created = Das Team wurde angelegt. Wählen Sie die Mitglieder.
said-team-updated = Das Team wurde geändert.
said-team-deleted = Das Team wurde gelöscht.
said-members = Die Mitglieder wurden geändert.
said-mfa-required = Ab der nächsten Anmeldung wird ein zweiter Faktor verlangt.
said-several =
    { $skipped ->
        [0] { $done } erledigt.
       *[other] { $done } erledigt, { $skipped } ausgelassen.
    }

## Was schiefging
left-title = Sie haben die Organisation verlassen
left-text = Ihre Mitgliedschaft ist beendet, und mit ihr jede Sitzung, jeder Token und jede Rolle dort.
left-next = Zurück kommen Sie nur, wenn dort jemand Sie einlädt oder wieder hinzufügt.
go-to-sign-in = Zur Anmeldung
problem-session = Bitte zuerst anmelden
problem-session-text = Ihre Sitzung ist beendet. Melden Sie sich wieder an.
problem-denied = Das dürfen Sie nicht
problem-missing = Hier ist nichts
problem-missing-text = Das gibt es nicht, oder es ist nicht für Ihr Konto.
problem-conflict = Das geht jetzt nicht
problem-stale = Es hat sich geändert, seit Sie die Seite geöffnet haben. Laden Sie sie neu und wiederholen Sie den Schritt.
form-clash = Seit Sie die Seite geöffnet haben, hat jemand anders dasselbe geändert. Jetzt gilt: { $what }. Unten steht, was Sie gewählt haben: Senden Sie es noch einmal, wenn es an dessen Stelle treten soll.
form-clash-field = { $field }: { $now }
problem-invalid = Etwas stimmt noch nicht
problem-wait = Bitte einen Moment warten
problem-wait-text = Das ist zu viel auf einmal. Warten Sie ein wenig und versuchen Sie es wieder.
problem-ours = Hier ist etwas schiefgegangen
problem-ours-text = Der Server konnte das nicht abschließen, und nichts wurde geändert. Versuchen Sie es gleich noch einmal.
rule-user-name = Eine andere Person dieser Organisation hat diesen Benutzernamen schon.
rule-external-id = Der Identitätsanbieter benutzt diese Kennung schon für jemand anderen.
rule-group-name = Eine andere Gruppe hat diesen Namen schon.
rule-team-name = Ein anderes Team hat diesen Namen schon.
rule-view-name = Eine andere Ihrer Ansichten hat diesen Namen schon. Wählen Sie einen anderen.
rule-not-repeatable = Nur eine Änderung an einem Benutzer oder einer Gruppe lässt sich ausprobieren, und nur solange das Journal ihren Inhalt hat.
rule-project-name = Ein anderes Projekt hat diesen Namen schon.
rule-assigned = Das gehört schon zum Projekt. Ändern Sie es dort.
obstacle-second-team = { $person } gehört im Projekt { $project } schon zum Team { $team }. Niemand gehört in einem Projekt zu zwei Teams; nehmen Sie die Person zuerst dort heraus.
obstacle-team-on-projects = Das Team gehört zu diesen Projekten: { $projects }. Nehmen Sie es dort zuerst heraus.
rule-slug = Eine andere Organisation hat diesen Kurznamen schon.
rule-managed-elsewhere = Eine Person mit diesem Namen wird anderswo verwaltet.
rule-last-holder = Das ist der letzte aktive Inhaber einer geschützten Rolle. Geben Sie die Rolle zuerst jemand anderem.
rule-sso-user = Diese Person meldet sich beim Identitätsanbieter an und hat hier kein Passwort.
rule-not-sso = Wer sich hier mit Passwort anmeldet, hat keinen Identitätsanbieter. Schalten Sie SSO an, oder wählen Sie keinen Anbieter.
rule-managed-by-provider = Diese Person wird vom Identitätsanbieter verwaltet. Ändern Sie das dort.
rule-not-pending = Löschen lässt sich nur, wer sich nie angemeldet hat und keinen Identitätsanbieter hat. Deaktivieren Sie die Person stattdessen.
rule-no-address = Diese Person hat keine E-Mail-Adresse. Tragen Sie zuerst eine ein.
rule-invited = Für diese Adresse gibt es schon eine Einladung. Senden Sie diese noch einmal.
rule-member = Jemand in dieser Organisation hat diese Adresse schon.
rule-no-name-of-another = Keines aus dem Namen dieser Person oder der Organisation.
rule-never-signed-in = Diese Person hat sich noch nie angemeldet. Schicken Sie stattdessen den Aktivierungslink noch einmal.
rule-already-active = Diese Person ist schon aktiv. Schicken Sie stattdessen einen Link für ein neues Passwort.
rule-deactivated = Diese Person ist deaktiviert. Aktivieren Sie sie zuerst.
rule-account-deactivated = Dieses Dienstkonto ist deaktiviert. Aktivieren Sie es zuerst.
rule-break-glass = Das ist ein Notfallkonto, das nichts übernimmt oder von selbst beendet. Machen Sie es zuerst zu einem Konto wie alle anderen.
rule-no-break-glass = Ein Notfallkonto ist aktiv, meldet sich hier mit einem Passwort an, hat eine geschützte Rolle und kein Enddatum.
rule-deleting = Diese Organisation wird gelöscht. Wer Doorward betreibt, kann sie wiederherstellen.
rule-erased = Die Zeit, in der diese Organisation wiederhergestellt werden konnte, ist vorbei.
rule-mfa-per-user = In dieser Organisation wird ein zweiter Faktor von allen oder von Rollen verlangt, nicht von einzelnen Benutzern. Ändern Sie stattdessen die Richtlinie.
rule-role-name = Eine andere Rolle dieser Organisation hat diesen Namen oder einen, der so aussieht. Wählen Sie einen, den niemand verwechselt.
rule-role-in-use = Diese Rolle ist in Gebrauch. Geben Sie denen, die sie haben, erst eine andere.
rule-role-of-the-model = Diese Rolle kam mit dem Rollenmodell und bleibt, wie sie ist. Legen Sie stattdessen eine eigene an.
rule-exists = Das gibt es schon.
rule-stream-exists = Diese Anwendung hat schon einen Strom; er kann gelesen und geändert werden.
rule-too-many = Es gibt so viele davon, wie es geben darf. Entfernen Sie erst eines.

## Sicherheitsrichtlinien

settings = Einstellungen
policies = Sicherheitsrichtlinien
policy-save = Richtlinie speichern
policy-preview-button = Zeigen, was sich ändert
policy-preview = Was sich ändert
policy-mfa = Mehr-Faktor-Authentisierung
policy-mfa-all = MFA von allen verlangen
policy-mfa-roles = MFA nur von bestimmten Rollen verlangen
policy-mfa-roles-hint = Gilt, wenn sie nicht von allen verlangt wird.
policy-grace = Tage Aufschub
policy-grace-hint = So lange darf man sie aufschieben, ab dem Moment, in dem sie verlangt wird. 0 heißt: ab der nächsten Anmeldung. Eine Änderung hier verlängert nie einen Aufschub, der läuft oder vorbei ist.
policy-regrace = Aufschub neu beginnen, wenn jemand wieder aktiviert wird
policy-regrace-hint = Sonst gilt die Frist von vorher, auch wenn sie vorbei ist.
policy-sso = Wer sich bei einem Identitätsanbieter anmeldet
policy-sso-hint = Gilt, wo die Verbindung nichts anderes sagt.
sso-trust = Dem Anbieter vertrauen
sso-trust-text = Er sorgt für einen zweiten Faktor; hier wird keiner verlangt.
sso-amr = Der Anbieter muss es sagen
sso-amr-text = Wo er nicht sagt, dass es zwei Faktoren waren, wird hier ein Code verlangt.
sso-local = Hier fragen
sso-local-text = Hier wird immer ein Code verlangt, was auch immer der Anbieter sagt.
policy-passwords = Passwörter
policy-password-rule = Regel für neue Passwörter
password-modern = Modern
password-modern-text = 15 Zeichen, oder 8, wo MFA verlangt wird; keine Regeln über Zeichenarten. Erfüllt OWASP ASVS 5.0 6.2.1 und 6.2.5, und die Länge ist die von NIST SP 800-63B.
password-classic = Klassisch
password-classic-text = 8 Zeichen mit einem Groß- und einem Kleinbuchstaben, einer Ziffer und einem Sonderzeichen. Für ältere Regelwerke. Erfüllt OWASP ASVS 5.0 6.2.1, das zu 15 Zeichen rät, und erfüllt 6.2.5 nicht: keine Regeln über Zeichenarten.
policy-password-min = Mindestens so viele Zeichen
policy-password-min-hint = 8 bis { $count }. Gilt, wo die Regel oben weniger verlangt. OWASP ASVS 5.0 6.2.1 verlangt 8 und rät zu 15.
policy-classes = Zeichenarten, die vorkommen müssen
policy-classes-hint = Zusätzlich zu denen der Regel oben. OWASP ASVS 5.0 6.2.5 ist nur ganz ohne solche erfüllt.
class-upper = Ein Großbuchstabe
class-lower = Ein Kleinbuchstabe
class-digit = Eine Ziffer
class-special = Ein Sonderzeichen
policy-lists = Passwörter, die abgelehnt werden
deny-breached = Verbreitete Passwörter
deny-breached-text = Die 100.000 häufigsten von denen, die anderswo gestohlen wurden, und Muster wie Tastenreihen. Nur damit sind OWASP ASVS 5.0 6.2.4 und NIST SP 800-63B erfüllt.
deny-context = Passwörter aus Namen
deny-context-text = Aus denen der Person, der Organisation und des Produkts. Nur damit ist OWASP ASVS 5.0 6.2.11 erfüllt.
policy-history = Frühere Passwörter, die nicht wiederkommen dürfen
policy-history-hint = 0 bis { $count }, zusätzlich zum jetzigen. Weder NIST SP 800-63B noch OWASP ASVS 5.0 verlangt mehr als 0. Aufbewahrt werden nur ihre Hashes, und nur so viele.
policy-meets = Diese Richtlinie erfüllt OWASP ASVS 5.0 6.2.1, 6.2.4, 6.2.5 und 6.2.11.
policy-misses = Diese Richtlinie erfüllt OWASP ASVS 5.0 { $numbers } nicht.
policy-ways = Wege zum ersten Passwort
policy-usual = Gilt, wenn niemand etwas anderes sagt
way-link = Link per E-Mail
way-link-text = Die Person wählt das Passwort. Immer erlaubt.
way-mail = Vorläufiges Passwort per E-Mail
way-mail-text = Gilt einmal, innerhalb von 24 Stunden, und muss geändert werden.
way-admin = Vorläufiges Passwort von der Verwaltung
way-admin-text = Eine Zeit lang kennt es noch jemand. OWASP ASVS 5.0 rät davon ab.
policy-sessions = Sitzungen
policy-idle = Minuten ohne Nutzung, bis eine Sitzung endet
policy-idle-hint = 5 Minuten bis 24 Stunden. Gilt für jede Sitzung ab ihrer nächsten Nutzung.
policy-absolute = Längste Dauer einer Sitzung in Minuten
policy-absolute-hint = 15 Minuten bis 30 Tage (43200 Minuten).
policy-admin-sessions = Sitzungen von Administratoren
policy-admin-sessions-hint = Für alle, deren Rolle etwas mit anderen Personen tun darf. Sind die Sitzungen aller kürzer, so sind es auch diese.
policy-admin-idle = Minuten ohne Nutzung, bis die Sitzung eines Administrators endet
policy-admin-absolute = Längste Dauer der Sitzung eines Administrators in Minuten
preview-nobody = Von niemandem wird ein zweiter Faktor verlangt.
preview-required = { $count ->
    [one] Von einer Person wird ein zweiter Faktor verlangt.
   *[other] Von { $count } Personen wird ein zweiter Faktor verlangt.
}
preview-without = { $count ->
    [0] Alle haben einen.
    [one] Eine davon hat noch keinen und wird bei der nächsten Anmeldung gefragt.
   *[other] { $count } davon haben noch keinen und werden bei der nächsten Anmeldung gefragt.
}
preview-locked-out = { $count ->
    [one] Eine Person kann das nicht aufschieben: Die nächste Anmeldung geht nicht weiter, bis er eingerichtet ist.
   *[other] { $count } Personen können das nicht aufschieben: Ihre nächste Anmeldung geht nicht weiter, bis er eingerichtet ist.
}
preview-deadline = Wer noch Zeit hat, kann sich nach { $last } nicht mehr ohne anmelden.
preview-deadlines = Wer noch Zeit hat, für den endet sie zwischen { $first } und { $last }; danach geht es nicht mehr ohne.
preview-sessions = { $count ->
    [0] Jetzt endet keine Sitzung.
    [one] Jetzt endet eine Sitzung.
   *[other] Jetzt enden { $count } Sitzungen.
}
preview-password = Die Regel gilt für Passwörter, die ab jetzt gewählt werden; niemand muss eines ändern.
preview-forgets = Was von mehr früheren Passwörtern aufbewahrt ist, wird beim Speichern der Richtlinie gelöscht.
preview-regrace = Ab jetzt beginnt der Aufschub neu, wenn jemand wieder aktiviert wird.
preview-no-regrace = Ab jetzt behält die Frist von vorher, wer wieder aktiviert wird.
preview-activation = Links und vorläufige Passwörter, die schon vergeben sind, gelten weiter.
preview-sso = Die Regel gilt ab der nächsten Anmeldung bei einem Anbieter; dann entscheidet sie, wer hier nach einem zweiten Faktor gefragt wird.
preview-locked-out-first = Keine Zeit mehr:
preview-without-first = Ohne zweiten Faktor:
preview-more = { $count ->
    [one] und 1 weitere Person
   *[other] und { $count } weitere
 }
preview-list = In der Benutzerliste zeigen
preview-not-saved = Noch ist nichts gespeichert.
said-policy = Die Richtlinie wurde gespeichert.
why-switched-off = Die Richtlinie der Organisation hat vorläufige Passwörter von der Verwaltung abgeschaltet.
rule-activation-mode = Die Richtlinie dieser Organisation hat diesen Weg zu einem Passwort abgeschaltet. Schicken Sie stattdessen einen Link.

## Eine Instanz einrichten
setup-title = Doorward einrichten
setup-lead = Zuerst die erste Organisation, dann ihre erste Person. Vor dem Ende wird nichts gespeichert.
setup-name = Organisation
setup-name-hint = Der Name, unter dem man sie kennt.
setup-slug = Kurzname
setup-slug-hint = Steht in Adressen und Token: 2 bis 63 Kleinbuchstaben, Ziffern und Bindestriche, etwa acme-corp. Er bleibt, wie er ist.
setup-roles = Rollen
setup-what-roles = Wofür jede Rolle da ist
setup-next = Weiter: die erste Person
setup-owner-title = Die erste Person
setup-owner-lead = Bekommt die Rolle { $role } in { $name } und kann alle anderen hereinlassen.
setup-user-name-hint = Damit melden Sie sich an. Eine E-Mail-Adresse merkt man sich leicht.
setup-email-hint = Für Mitteilungen und für ein vergessenes Passwort. Darf leer bleiben.
setup-password = Passwort
setup-password-again = Dasselbe Passwort noch einmal
setup-finish = Einrichten
setup-done-title = Doorward ist bereit
setup-done-lead = { $name } gibt es jetzt, und { $user } kann sich anmelden. Diese Adresse wirkt nicht mehr.
setup-sign-in = Zur Anmeldung
setup-gone-title = Diese Adresse wirkt nicht mehr
setup-is-done = Dieses Doorward ist schon eingerichtet.
setup-is-gone = Sie ist älter als 24 Stunden, oder danach wurde eine neuere ausgegeben. Starten Sie den Server neu: Er gibt eine neue aus.

## Abgewiesene Anmeldungen
refused-sign-ins = Abgewiesene Anmeldungen
refused-sign-in = Abgewiesene Anmeldung
refused-sign-ins-text = Anmeldungen bei Identitätsanbietern, die niemanden hereingelassen haben, aus den letzten sieben Tagen. Wer abgewiesen wird, bekommt eine Nummer zu sehen.
no-refused-sign-ins = Keine Anmeldung wurde abgewiesen.
refused-sign-ins-of = Abgewiesene Anmeldungen, die diese Person betreffen oder betreffen könnten
refusal-number = Nummer
refusal-missing = Es gibt keine abgewiesene Anmeldung mit der Nummer { $name }. Sie werden sieben Tage aufgehoben.
refusal-reason = Im Einzelnen
every-connection = Alle
find = Suchen
why = Warum
connection-gone = inzwischen gelöscht
what-helps = Was hilft
could-mean = Wer gemeint sein könnte
could-mean-text = Gefunden über Kennung, Benutzername und Adresse. Ein Name oder eine Adresse lässt niemanden herein; das tut nur die Kennung.
name-of-value = Wert
at-the-provider = Beim Anbieter
here = Hier
not-sent = nicht gesendet
differs = weicht ab
agrees = stimmt überein
what-it-said = Was der Anbieter gesagt hat
claims-verified = Aus einem geprüften Token.
claims-unverified = Aus einem Token, dem nicht geglaubt wurde: Jeder könnte ihn gemacht haben.
claims-kept = Token, Codes und Kennungen von Sitzungen fehlen, lange Werte sind gekürzt. Nach sieben Tagen ist alles weg.
no-claims = So weit, dass der Anbieter gesagt hätte, wer es ist, kam es nicht.
failed-reachable = Der Anbieter war nicht zu erreichen
failed-answered = Der Anbieter hat mit einem Fehler geantwortet
failed-admitted = Der Anbieter hat die Person nicht hereingelassen
failed-second-factor = Der Anbieter konnte keinen zweiten Faktor bestätigen
failed-believed = Der Antwort des Anbieters wird nicht geglaubt
failed-under-way = Die Antwort gehört zu keiner laufenden Anmeldung
failed-open = Die Verbindung nimmt keine Anmeldungen an
failed-fresh = Der Nachweis beim Anbieter ist zu alt
failed-known = Es gibt kein Konto, das die Person auf diesem Weg öffnen darf
failed-active = Das Konto ist nicht aktiv
failed-same = Angemeldet hat sich jemand anderes als hier angemeldet ist
advice-reach = Prüfen Sie, ob der Anbieter läuft und ob dieser Server ihn rufen darf: Der Betreiber führt doorward check aus. Eine private Adresse muss in den Einstellungen dieses Servers erlaubt sein.
advice-provider-log = Sehen Sie in der Konsole des Anbieters in das Anmeldeprotokoll, zum Zeitpunkt oben. Wurde der Code nicht angenommen, ist wohl das Client-Geheimnis falsch: Setzen Sie es mit doorward connection sign-in neu.
advice-assign = Lassen Sie die Person in der Konsole des Anbieters diese Anwendung benutzen (Okta: Assignments; Entra: Benutzer und Gruppen).
advice-second-factor = Verlangen Sie in der Konsole des Anbieters für diese Anwendung einen zweiten Faktor, und prüfen Sie, ob die Person dort einen hat.
advice-settings = Vergleichen Sie Aussteller und Client-ID der Verbindung mit denen in der Konsole des Anbieters, und die Uhren auf beiden Seiten. Was nicht stimmt, steht oben im Einzelnen.
advice-again = Die Person beginnt die Anmeldung noch einmal, in einem Browser, und beendet sie innerhalb von 15 Minuten.
advice-resume = Lassen Sie die Verbindung weiterlaufen (doorward connection resume), oder prüfen Sie, ob sie geändert wurde oder einen Aussteller hat.
advice-auth-time = Lassen Sie den Anbieter neu fragen und sagen, wann das war: Er muss prompt=login und max_age befolgen und den Claim auth_time senden (Entra: ein optionaler Claim des ID-Tokens).
advice-same-person = Die Person meldet sich beim Anbieter ab und dort mit dem Konto an, das zu dem hier gehört.
advice-push = Weisen Sie die Person in der Konsole des Anbieters dieser Anwendung zu, und lassen Sie die Bereitstellung laufen. Die Kennung, die SCIM als externalId sendet, muss die untenstehende sein.
advice-activate = Diese Person ist deaktiviert. War es der Anbieter, weisen Sie die Person dort wieder zu; sonst aktivieren Sie sie hier.
advice-complete = Diese Person hat das erste Passwort nicht gesetzt. Senden Sie den Link auf der Seite der Person noch einmal.
advice-password = Diese Person meldet sich hier mit einem Passwort an, und das ändert sich nie. Soll der Anbieter benutzt werden, legen Sie dafür ein neues Konto mit SSO an.
advice-choose-provider = Diese Person gehört zu einem anderen Identitätsanbieter oder zu keinem. Bearbeiten Sie die Person, wählen Sie diesen Anbieter, und lassen Sie die Bereitstellung laufen.
advice-external-id = Der Anbieter sendet über SCIM eine andere Kennung als bei der Anmeldung. Senden Sie in seiner Attributzuordnung als externalId, was bei der Anmeldung sub heißt, und lassen Sie die Bereitstellung laufen.
advice-object-id = Entra sendet über SCIM eine andere Kennung als bei der Anmeldung. Ordnen Sie in der Attributzuordnung der Bereitstellung externalId dem Attribut objectId zu (die Vorgabe, mailNickname, ist keine Kennung), und lassen Sie die Bereitstellung laufen.
advice-relink = Diese Person ist mit einer anderen Kennung beim Anbieter verknüpft, deshalb öffnet diese hier nichts. Hat der Anbieter der Person eine neue Kennung gegeben, wählen Sie den Anbieter für die Person neu: Das beendet die alte Verknüpfung.
advice-ceiling = Die Kennungen stimmen überein, aber die Person hat eine Rolle, die diese Verbindung nicht geben darf, und wird deshalb nicht verknüpft. Geben Sie der Person eine andere Rolle, oder legen Sie eine Verbindung an, die sie geben darf.

## Ob jemand sich anmelden kann
entrance = Kann diese Person sich jetzt anmelden?
how-it-signs-in = Wie diese Person sich anmeldet
can-sign-in = Ja
cannot-sign-in = Nein
entrance-suspended = Die Organisation ist gesperrt, deshalb kommt niemand herein.
entrance-deactivated = Die Person ist deaktiviert. Aktivieren Sie sie zuerst.
entrance-pending = Das erste Passwort ist nicht gesetzt. Senden Sie den Aktivierungslink noch einmal.
entrance-no-password = Es gibt kein Passwort. Senden Sie einen Link, um eines zu setzen.
entrance-password-over = Das vorläufige Passwort wurde am { $moment } benutzt oder ist da abgelaufen. Vergeben Sie ein neues, oder senden Sie einen Link.
entrance-waits = Nach falschen Passwörtern oder Codes wird bis { $moment } nichts geprüft, außer in Browsern, in denen diese Person sich schon angemeldet hat.
entrance-closed = Nach zu vielen falschen Passwörtern oder Codes wird nichts mehr geprüft. Senden Sie einen Link zum Zurücksetzen des Passworts.
entrance-no-provider = SSO ist an, und die Person gehört zu keinem Identitätsanbieter. Bearbeiten Sie die Person, und wählen Sie einen.
entrance-provider-paused = Die Verbindung zum Identitätsanbieter ist angehalten.
entrance-provider-takes-nobody = Die Verbindung zum Identitätsanbieter hat keinen Aussteller, deshalb meldet sich noch niemand über sie an.
entrance-provider-knows-nobody = Der Identitätsanbieter hat keine Kennung dieser Person gesendet. Lassen Sie seine Bereitstellung laufen, mit der Kennung als externalId.
entrance-provider-id = Entra meldet Personen über ihre Objekt-ID an und hat über SCIM etwas anderes gesendet. Ordnen Sie in der Attributzuordnung der Bereitstellung externalId dem Attribut objectId zu, und lassen Sie die Bereitstellung laufen.
duty-change-password = Das Passwort ist vorläufig und muss bei der nächsten Anmeldung ersetzt werden.
duty-set-up-factor = Bei der nächsten Anmeldung muss ein zweiter Faktor eingerichtet werden.
duty-set-up-factor-by = Ein zweiter Faktor muss eingerichtet werden und lässt sich bis { $moment } aufschieben.
duty-link-by-email = Die erste Anmeldung beim Anbieter verknüpft diese Person über die E-Mail-Adresse, sofern er sie als bestätigt meldet.
duty-link = Die erste Anmeldung beim Anbieter verknüpft diese Person über die Kennung, die SCIM gesendet hat.

## Ressourcen
resources = Ressourcen
all-resources = Alle
orphaned-resources = Verwaist
orphaned-text = Für diese Ressourcen ist niemand mehr da: Wem sie gehören, ist deaktiviert oder nicht mehr hier, oder es gab nie jemanden. Nichts davon ging verloren. Übertragen Sie sie an eine aktive Person.
orphaned-one = Für diese Ressource ist niemand mehr da. Übertragen Sie sie an eine aktive Person.
column-kind = Art
every-kind = Jede Art
lies-in = Liegt in
owned-by = Gehört
owner-gone = Nicht mehr hier
owner-nobody = Niemand
key-of-application = Schlüssel der Anwendung
registered = Eingetragen
contains-resources = Was darin liegt
contains-more = Es liegt mehr darin, als hier gezeigt wird.
no-resources = Noch hat keine Anwendung etwas eingetragen. Das tun Anwendungen über die API, unter /api/v1/resources.
no-orphaned = Alles gehört jemandem, der aktiv ist.
no-such-resources = Dazu passt keine Ressource.
resource-application = Anwendung
resource-project = Projekt
resource-workspace = Arbeitsbereich
resource-workflow = Workflow
resource-data-source = Datenquelle
resource-dashboard = Dashboard
resource-report = Bericht
transfer = Besitz übertragen
transfer-title = { $count ->
    [one] 1 Ressource übertragen
   *[other] { $count } Ressourcen übertragen
 }
transfer-text = Sie gehören danach { $name }. Was andere damit tun dürfen, bleibt, wie es ist.
new-owner = An wen
show-plan = Zeigen, was geschähe
nobody-to-own = Es ist keine aktive Person zu finden, der dies gehören könnte.
do-transfer = { $count ->
    [one] 1 Ressource übertragen
   *[other] { $count } Ressourcen übertragen
 }
not-offered-resource = Das dürfen Sie nicht übertragen.
why-theirs = Gehört der Person schon.
why-no-owners = An wen übertragen wird, wählt nur, wer die Liste der Personen sehen darf.
owns-resources = { $count ->
    [0] Keine
    [one] 1 Ressource gehört dieser Person
   *[other] { $count } Ressourcen gehören dieser Person
 }
resources-stay = { $count ->
    [one] 1 Ressource bleibt, wie sie ist, und gehört dann niemandem, der aktiv ist.
   *[other] { $count } Ressourcen bleiben, wie sie sind, und gehören dann niemandem, der aktiv ist.
 }
said-transferred = { $count ->
    [0] Es wurde nichts übertragen.
    [one] 1 Ressource wurde übertragen.
   *[other] { $count } Ressourcen wurden übertragen.
 }
plan-of-deed = Das wird im Audit-Protokoll stehen:
rule-plan-changed = Seit der Vorschau hat sich etwas geändert, deshalb wurde nichts weiter getan. Sehen Sie noch einmal nach.
rule-not-empty = In dieser Ressource liegen andere. Löschen oder verschieben Sie diese zuerst.
go-resources = Anwendungen, Arbeitsbereiche, Workflows, Datenquellen, Dashboards, Projekte, Freigaben, Sharing
go-orphaned = Verwaist, Orphaned owners, Besitz, Ohne Besitzer, Übertragen

## Personen & Gruppen
users-and-groups = Personen & Gruppen
add-group = Gruppe hinzufügen
add-group-text = Eine Gruppe fasst Personen zusammen und kann ihren Mitgliedern Rollen geben. Die Mitglieder werden danach gewählt.
rename-group = Gruppe umbenennen
delete-group = Gruppe löschen
search-groups = Gruppen nach Namen suchen
no-groups = Es gibt noch keine Gruppe. Fügen Sie eine hinzu, oder lassen Sie einen Identitätsanbieter seine Gruppen senden.
no-group-matches = Keine Gruppe hat das im Namen.
no-group-members = In dieser Gruppe ist noch niemand.
nobody-to-add-to-group = Es ist keine aktive Person zu finden, die beitreten könnte.
gives = Gibt
add-to-groups = Hinzufügen
add-to-group = In Gruppe aufnehmen
remove-from-groups = Entfernen
remove-from-group = Aus der Gruppe nehmen
between-hint = Wählen Sie auf der einen Seite Personen und auf der anderen Gruppen aus.
choose-both = Wählen Sie mindestens eine Person und eine Gruppe aus.
choose-fewer-groups = Wählen Sie höchstens { $count } Gruppen auf einmal aus.
add-to-team = In Team aufnehmen
export-selected = Exportieren
choose-one-user = Wählen Sie genau eine Person zum Bearbeiten aus.
what-was-done = Was geschehen ist
report-added = hinzugefügt:
report-removed = entfernt:
report-skipped = Ausgelassen:
report-was-in = schon in der Gruppe
report-was-out = nicht in der Gruppe
report-refused = nichts wurde geändert.
members-count = { $count ->
    [0] Keine Mitglieder
    [one] 1 Mitglied
   *[other] { $count } Mitglieder
 }
members-more = Mehr als { $count } Mitglieder
kept-by = Gepflegt von { $name }
why-group-kept = Name und Mitglieder dieser Gruppe pflegt { $name }. Ändern Sie sie dort.
why-group-assigned = Die Gruppe gibt die Rolle { $roles }. Nehmen Sie sie ihr zuerst.
why-group-on-projects = Die Gruppe gehört zu den Projekten { $projects }. Nehmen Sie sie dort zuerst heraus.
not-offered-group = Das dürfen Sie mit Gruppen nicht tun.
not-offered-project = Das dürfen Sie mit Projekten nicht tun.
group-roles = Rollen der Mitglieder
group-no-roles = Die Mitgliedschaft gibt keine Rolle.
map-role = Allen Mitgliedern diese Rolle geben
do-map = Geben
do-unmap = Wegnehmen
unmap-role = Die Rolle { $name } wegnehmen
held-members = Erwartet
held-members-text = Der Identitätsanbieter hat diese Mitglieder genannt und noch nicht gesendet. Jedes tritt bei, sobald es gesendet wird.
held-more = Es gibt noch mehr.
ask-rename-group = Gruppe { $name } umbenennen
ask-rename-group-text = Der neue Name steht überall, auch bei dem, was schon geschehen ist. Mitglieder und Rollen bleiben, wie sie sind.
ask-delete-group = Gruppe { $name } löschen?
ask-delete-group-text = { $size }: Die Personen bleiben angelegt. Das lässt sich nicht rückgängig machen.
ask-unmap = Der Gruppe { $name } die Rolle { $role } nehmen?
ask-unmap-text = Wer { $role } nur durch { $name } hat, verliert die Rolle sofort.
said-group-created = Die Gruppe wurde angelegt. Wählen Sie ihre Mitglieder.
said-group-renamed = Die Gruppe wurde umbenannt.
said-group-deleted = Die Gruppe wurde gelöscht.
said-group-mapped = Alle Mitglieder haben die Rolle ab jetzt.
said-group-unmapped = Die Gruppe gibt die Rolle nicht mehr.
rule-group-of-provider = Diese Gruppe verwaltet der Identitätsanbieter. Ändern Sie Name und Mitglieder dort.
rule-group-assigned = Diese Gruppe ist zugewiesen. Nehmen Sie ihr zuerst ihre Rollen und nehmen Sie sie aus ihren Projekten.
group-history = Was mit dieser Gruppe geschehen ist
in-detail = Im Einzelnen
called-then = damals { $name }
go-groups = Okta, Entra, SCIM, Bereitstellung, Benutzergruppen, User groups, User Account Management, Access Control, Mitglieder, In Gruppe aufnehmen
go-add-group = Neue Gruppe, New group, Add Group

organisation-name-hint = So steht sie in E-Mails, auf den Seiten und in Authenticator-Apps.
organisation-language = Sprache
organisation-language-hint = In dieser Sprache kommen E-Mails und Seiten für alle, die keine Sprache gewählt haben.
language-of-instance = Wie auf diesem Server: { $name }
said-organisation = Die Organisation ist gespeichert.
break-glass = Notfallkonten
break-glass-lead = Diese Konten sind für den Tag, an dem sonst niemand hineinkommt, weil der Identitätsanbieter ausgefallen ist oder keine Anmeldung annimmt. Halten Sie zwei davon bereit, die Passwörter versiegelt und die zweiten Faktoren an verschiedenen Orten. Meldet sich jemand damit an, erfahren es die anderen, die die Organisation ändern dürfen, sofort per E-Mail.
break-glass-test = Prüfen Sie jedes, indem Sie sich damit anmelden, mindestens alle drei Monate.
break-glass-none = Es gibt noch keines. Fällt der Identitätsanbieter aus und meldet sich hier niemand mit einem Passwort an, kann nur helfen, wer Doorward betreibt.
break-glass-ready = Bereit
break-glass-lacks-access = Es ist nicht aktiv. Aktivieren Sie es.
break-glass-lacks-role = Es hat keine geschützte Rolle mehr. Geben Sie ihm eine.
break-glass-lacks-password = Es hat noch kein eigenes Passwort. Melden Sie sich damit an, und wählen Sie eines.
break-glass-lacks-factor = Es hat keinen zweiten Faktor. Melden Sie sich damit an, und richten Sie einen ein.
break-glass-lacks-address = Es hat keine E-Mail-Adresse. Tragen Sie eine ein, die jemand liest.
break-glass-last = Letzte Anmeldung
break-glass-never = Nie; prüfen Sie es
break-glass-unmark = Nicht mehr
break-glass-more = Noch eines
break-glass-mark = Dazu machen
short-name = Kurzname
# Projekte, und wer zu ihnen gehört.
projects = Projekte
project-permissions = Projektberechtigungen
user-accounts = Benutzerkontenverwaltung
create-project = Projekt anlegen
delete-project = Projekt löschen
search-projects = Projekte nach Namen suchen
no-projects = Es gibt noch kein Projekt. An einem Projekt wird gearbeitet; Personen, Gruppen und Teams werden ihm zugeordnet.
no-project-matches = Kein Projekt hat das im Namen.
search-groups-and-people = Gruppen, Teams und Personen nach Namen suchen
on-the-project = Wer zum Projekt gehört
nobody-on-project = Zu diesem Projekt gehört noch niemand.
add-to-project = Zum Projekt hinzufügen
add = Hinzufügen
do-take-off = Entfernen
add-groups-as-team = Gruppen als Team hinzufügen
remove-from-project = Aus dem Projekt entfernen
save-access = Team und Zugriff speichern
teams-are-better = Am besten: Gruppen als Team hinzufügen statt einzelner Personen. Dann gehören alle der Gruppe zu einem Team, und wer später dazukommt, auch.
nothing-to-add = Nichts gefunden. Suchen Sie eine Gruppe, ein Team oder eine Person.
column-team = Als Team
column-access = Zugriff
team-box = { $name } ist ein Team
access-of = Zugriff von { $name }
access-write = Schreiben
access-read = Nur Lesen
kind-user = Person
kind-group = Gruppe
kind-team = Team
open-group = Gruppe öffnen
open-project = Projekt öffnen
groups-unseen = Sie dürfen keine Gruppen sehen. Öffnen Sie ein Projekt, um Personen hinzuzufügen.
assigned-count = { $count ->
    [0] Niemand
    [one] 1 Zuordnung
   *[other] { $count } Zuordnungen
 }
more-people = { $count ->
    [one] und 1 weitere Person
   *[other] und { $count } weitere Personen
 }
more-assigned = { $count ->
    [one] und 1 weitere
   *[other] und { $count } weitere
 }
and-more = Es gibt noch mehr.
choose-and-projects = Wählen Sie Gruppen oder Personen und mindestens ein Projekt.
choose-groups-and-projects = Wählen Sie mindestens eine Gruppe und ein Projekt.
choose-assignments = Wählen Sie in den Projekten, was entfernt werden soll.
choose-fewer = Wählen Sie weniger: höchstens { $count } auf einmal.
report-added-as-team = als Team hinzugefügt:
report-changed = geändert:
misconfigured = { $count ->
    [one] 1 Person ist falsch zugeordnet: Wer zu einem Projekt gehört, muss dort zu genau einem Team gehören.
   *[other] { $count } Personen sind falsch zugeordnet: Wer zu einem Projekt gehört, muss dort zu genau einem Team gehören.
 }
misconfigured-more = Mehr als { $count } Personen sind falsch zugeordnet: Wer zu einem Projekt gehört, muss dort zu genau einem Team gehören.
who-is-misconfigured = Wer falsch zugeordnet ist
wrong-no-team = in keinem Team, also ohne Zugriff. Setzen Sie bei der Gruppe oder der Person das Häkchen unter Als Team.
wrong-second-team = in einer Gruppe, die ein zweites Team wäre. Das erste zählt.
own-access = Ihr Zugriff
check-access = Zugriff einer Person prüfen
check-it = Prüfen
access-write-text = darf im Projekt arbeiten, soweit die Rollen es erlauben.
access-read-project = darf nur lesen, weil eine Zuordnung nur Lesen erlaubt, was auch immer die Rollen erlauben.
access-read-role = darf nur lesen, weil eine Rolle nirgends eine Änderung erlaubt.
access-not-active = hat keinen Zugriff, weil das Konto nicht aktiv ist.
access-not-assigned = hat keinen Zugriff, weil nichts die Person dem Projekt zuordnet.
access-misconfigured = hat keinen Zugriff, weil die Person in keinem Team des Projekts ist.
access-nobody = diesen Benutzernamen gibt es nicht.
through-team = { $kind }: { $name } (das Team)
through-second-team = { $kind }: { $name } (ein anderes Team, das nicht zählt)
through-way = { $kind }: { $name }
ask-delete-project = Das Projekt { $name } löschen?
ask-delete-project-text = { $count ->
    [0] Niemand gehört dazu. Das lässt sich nicht rückgängig machen.
    [one] 1 Person, Gruppe oder Team gehört dazu und verliert den Zugriff sofort; Personen, Gruppen und Teams selbst bleiben. Das lässt sich nicht rückgängig machen.
   *[other] { $count } Personen, Gruppen und Teams gehören dazu und verlieren den Zugriff sofort; Personen, Gruppen und Teams selbst bleiben. Das lässt sich nicht rückgängig machen.
 }
said-project-created = Das Projekt wurde angelegt.
said-project-updated = Das Projekt wurde geändert.
said-project-deleted = Das Projekt wurde gelöscht.
said-project-access = Der Zugriff wurde geändert.
go-projects = Projects, Arbeitsbereiche, Projektliste, Umgebungen
go-project-permissions = Project Permissions, Projektzugang, Personen und Gruppen zu Projekten zuordnen, User Account Management, Nur Lesen, Team
go-create-project = Neues Projekt, Create Project

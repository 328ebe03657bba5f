"""The labels that the pictures' script presses, in French, and what it types."""

WORDS = {
    "A segment": "Un segment",
    "Add a language": "Ajouter une langue",
    "Add this language": "Ajouter cette langue",
    "Back to the message": "Revenir au message",
    "Calendar": "Calendrier",
    "Completed": "Terminée",
    "Condition": "Condition",
    "Correct the message for the rest": "Corriger le message pour la suite",
    "Create the draft": "Créer le brouillon",
    "Internal name": "Nom interne",
    "Name": "Nom",
    "Now, when you launch it": "Maintenant, quand vous la lancez",
    "Pause": "Suspendre",
    "Pause this run": "Suspendre cet envoi",
    "Resume": "Reprendre",
    "Resume this run": "Reprendre cet envoi",
    "Review and launch": "Vérifier et lancer",
    "Save": "Enregistrer",
    "See how it looks": "Voir le résultat",
    "See the results": "Voir les résultats",
    "Send a test": "Envoyer un test",
    "Send the test": "Envoyer le test",
    "Ten people who match, and why": "Dix personnes qui correspondent, et pourquoi",
    "Text": "Texte",
    "Title": "Titre",
    "What it shows, for those who do not see it": (
        "Ce qu’elle montre, pour les personnes qui ne la voient pas"
    ),
    "Where a tap goes": "Où mène le clic",
    "Why (shown to your team)": "Pourquoi (visible par votre équipe)",
}
TEXTS = {
    "body": {
        "en": "The winter coats have arrived. Come in and try one on.",
        "fr": "Les manteaux d’hiver sont en boutique. Venez en essayer un.",
    },
    "colour": {"en": "#b3263a", "fr": "#1f4e8c"},
    "name": {"en": "Winter coats", "fr": "Manteaux d’hiver"},
    "picture": {"en": "Red coat", "fr": "Manteau bleu"},
    "primer": {"en": "Price watch", "fr": "Suivi des prix"},
    "segment": {"en": "Buyers who came back", "fr": "Acheteurs de retour"},
    "shows": {
        "en": "A red coat on a hanger, before a hill of snow",
        "fr": "Un manteau bleu sur un cintre, devant une colline enneigée",
    },
    "time": {"en": "09:30", "fr": "17:00"},
    "title": {
        "en": "New in, {{ first_name | default: 'come and see' }}",
        "fr": "Ils sont arrivés, {{ first_name | default: 'venez voir' }}",
    },
    "weekly": {"en": "Monday reminder", "fr": "Rappel du lundi"},
    "why": {"en": "The link is wrong", "fr": "Le lien est faux"},
}

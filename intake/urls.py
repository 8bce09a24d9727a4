from django.urls import path

from intake.views import exports, files, runs, undos

app_name = "intake"

urlpatterns = [
    path("", files.imports, name="imports"),
    path("export/", exports.export, name="export"),
    path("export/<str:name>/", exports.export_file, name="export_file"),
    path("files/<int:pk>/", files.mapping, name="mapping"),
    path("runs/<int:pk>/", runs.run, name="run"),
    path("runs/<int:pk>/start/", runs.start, name="start"),
    path("runs/<int:pk>/cancel/", runs.cancel, name="cancel"),
    path("runs/<int:pk>/rejected/", runs.rejected, name="rejected"),
    path("runs/<int:pk>/undo/", undos.undo, name="undo"),
    path("undos/<int:pk>/", undos.undoing, name="undoing"),
    path("undos/<int:pk>/take-back/", undos.take_back, name="take_back"),
]

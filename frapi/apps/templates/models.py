"""Enrolled faces and the revisions of their galleries."""

from __future__ import annotations

from django.db import models


class FaceTemplate(models.Model):
    """One user's face: a vector, sealed. A user has one; enrolling again replaces it.

    Its primary key is never used again: galleries know it by this number.
    """

    client = models.ForeignKey("accounts.ApiClient", on_delete=models.CASCADE, related_name="+")
    user_id = models.CharField(max_length=128)
    contract = models.CharField(max_length=128, help_text="Embedding contract: which model and preprocessing made it.")
    sealed_vector = models.BinaryField(help_text="Little-endian float32, sealed under the tenant's key.")
    sample_count = models.PositiveSmallIntegerField()
    quality_score = models.FloatField()
    enrollment_id = models.UUIDField()
    created_at = models.DateTimeField()
    revision = models.PositiveBigIntegerField(default=0, help_text="Of its gallery, when it last changed.")
    sealed_origin = models.BinaryField(null=True, help_text="The vector as it was enrolled, once it was refreshed.")
    refreshed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "user_id"], name="one_template_per_user")]
        indexes = [models.Index(fields=["client", "contract", "revision"], name="templates_by_revision")]

    def __str__(self) -> str:
        return f"template {self.pk}"


class GalleryRevision(models.Model):
    """Counts the changes of one gallery, so that every process notices what another one changed."""

    client = models.ForeignKey("accounts.ApiClient", on_delete=models.CASCADE, related_name="+")
    contract = models.CharField(max_length=128)
    revision = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "contract"], name="one_revision_per_gallery")]

    def __str__(self) -> str:
        return f"revision {self.revision} of gallery {self.pk}"


class GalleryRemoval(models.Model):
    """A template that left its gallery, so that other processes learn of it. Tells nothing of whose it was."""

    client = models.ForeignKey("accounts.ApiClient", on_delete=models.CASCADE, related_name="+")
    contract = models.CharField(max_length=128)
    revision = models.PositiveBigIntegerField()
    entry = models.PositiveBigIntegerField(help_text="The template's primary key.")

    class Meta:
        indexes = [models.Index(fields=["client", "contract", "revision"], name="removals_by_revision")]

    def __str__(self) -> str:
        return f"removal {self.pk}"

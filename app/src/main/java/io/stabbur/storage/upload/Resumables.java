package io.stabbur.storage.upload;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.http.Shutdown;
import io.stabbur.project.Project;
import io.stabbur.storage.Names;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.StorageSettings;
import io.stabbur.storage.Sweep;
import io.stabbur.storage.backend.Backend;
import io.stabbur.storage.backend.Backends;
import io.stabbur.storage.backend.Digests;
import io.stabbur.storage.backend.Written;
import io.stabbur.storage.object.Facts;
import io.stabbur.storage.object.ObjectRows;
import io.stabbur.storage.object.Uploads;
import io.stabbur.storage.object.Uploads.Admission;
import io.stabbur.storage.object.Uploads.Proof;
import io.stabbur.storage.object.Uploads.Target;
import io.stabbur.storage.upload.ResumableRequest.Creation;
import io.stabbur.storage.upload.ResumableRequest.Permission;
import jakarta.inject.Singleton;
import java.io.InputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.UUID;

/// Begins, continues, completes and gives up resumable uploads.
@Singleton
final class Resumables implements Sweep {
  private static final int EXPIRED_AT_ONCE = 100;
  private final Uploads uploads;
  private final ResumableRows rows;
  private final ObjectRows objects;
  private final Backends backends;
  private final Names names;
  private final StorageSettings settings;
  private final Shutdown shutdown;

  Resumables(
      Uploads uploads,
      ResumableRows rows,
      ObjectRows objects,
      Backends backends,
      Names names,
      StorageSettings settings,
      Shutdown shutdown) {
    this.shutdown = shutdown;
    this.uploads = uploads;
    this.rows = rows;
    this.objects = objects;
    this.backends = backends;
    this.names = names;
    this.settings = settings;
  }

  /// Begins an upload that the policies, or a token, allow.
  Resumable begin(Creation wish) {
    var target = wish.target();
    var project = wish.permission().operation().project();
    names.key(target.name());
    var admission = admit(wish.permission(), target, wish.facts(), wish.length());
    requireRoom(project, wish.length());
    var upload =
        new Resumable(
            new UploadId(target.bucket(), target.name(), admission.key().version()),
            backends.of(project).begin(admission.key(), wish.facts().mimetype()),
            target.clash(),
            admission.owner(),
            wish.length(),
            0,
            0,
            List.of(),
            wish.facts(),
            wish.announced(),
            Instant.now().plus(settings.resumableLife()).truncatedTo(ChronoUnit.SECONDS));
    rows.insert(project, upload, wish.permission().proof() == Proof.TOKEN);
    return upload;
  }

  /// What is announced counts from the beginning, so that many uploads at once do not share room.
  private void requireRoom(Project project, long length) {
    if (project.settings().storageBytes() > 0) {
      uploads.requireRoom(project, known(length), rows.announcedBytes(project));
    }
  }

  private static OptionalLong known(long length) {
    return length == Resumable.UNKNOWN ? OptionalLong.empty() : OptionalLong.of(length);
  }

  private Admission admit(Permission permission, Target target, Facts facts, long length) {
    var admission = allow(permission, target, facts, length);
    uploads.requireRoom(permission.operation().project(), known(length), 0);
    return admission;
  }

  /// The policies' word, whether there is room or not.
  private Admission allow(Permission permission, Target target, Facts facts, long length) {
    try {
      return uploads.allow(
          permission.operation(), target, facts, known(length), permission.proof());
    } catch (ApiException e) {
      throw e.error() instanceof StorageError.EntityTooLarge
          ? new ApiException(new StorageError.LengthExceeded())
          : e;
    }
  }

  /// How far an upload is, for whoever may go on with it. One that was cut off between its last
  /// byte and its row is completed.
  Resumable find(Permission permission, UploadId id) {
    var upload = requireRight(permission, id);
    if (upload.complete()) {
      complete(permission.operation().project(), upload);
    }
    return upload;
  }

  private Resumable require(Project project, UploadId id) {
    return rows.find(project, id)
        .orElseThrow(() -> new ApiException(new StorageError.NoSuchUpload(id.version())));
  }

  /// Adds a body at an offset; answers how far the upload is now.
  ///
  /// @param told the length of all, if the request tells it
  Resumable append(
      Permission permission, UploadId id, long offset, OptionalLong told, InputStream body) {
    var project = permission.operation().project();
    var found = requireRight(permission, id);
    uploads.requireRoom(project, known(found.length()), 0);
    var lease = UUID.randomUUID().toString();
    var upload =
        rows.lease(project, id, lease)
            .orElseThrow(() -> new ApiException(new StorageError.NoSuchUpload(id.version())));
    if (upload.stored() != offset) {
      throw new ApiException(new StorageError.OffsetConflict(upload.stored()));
    }
    upload = ending(permission, upload, told, lease);
    long limit = uploads.limit(project, upload.target());
    var writer =
        new PieceWriter(
            project,
            backends.of(project),
            rows,
            objects,
            settings,
            lease,
            limit,
            shutdown::endsSoon);
    Resumable now;
    try {
      now = writer.write(upload, body);
    } catch (Backend.Missing e) {
      // the store has lost what was begun, or another request has just ended the upload
      throw new ApiException(new StorageError.NoSuchUpload(id.version()));
    }
    if (now.complete()) {
      complete(project, now);
    }
    return now;
  }

  /// The upload with the length that the request tells; it is told once, and no length is changed.
  private Resumable ending(
      Permission permission, Resumable upload, OptionalLong told, String lease) {
    if (told.isEmpty() || told.getAsLong() == upload.length()) {
      return upload;
    }
    if (!upload.isOpenEnded() || told.getAsLong() < upload.stored()) {
      throw new ApiException(
          new StorageError.InvalidRequest("Upload-Length or Upload-Defer-Length must be valid"));
    }
    var ending = upload.ending(told.getAsLong());
    var _ = admit(permission, ending.target(), ending.facts(), ending.length());
    rows.tellLength(permission.operation().project(), ending, lease);
    return ending;
  }

  /// The upload, if the policies let the caller write to it or the token was made for it.
  private Resumable requireRight(Permission permission, UploadId id) {
    var found = require(permission.operation().project(), id);
    switch (permission.proof()) {
      case POLICIES -> allow(permission, found.target(), found.facts(), found.length());
      case TOKEN -> requireSameToken(permission, found);
    }
    return found;
  }

  /// A token names a path, an owner and whether it may replace; an upload under that path may have
  /// been begun with another token, or by somebody else.
  private static void requireSameToken(Permission permission, Resumable found) {
    if (found.clash() != permission.clash()
        || !Objects.equals(found.owner(), permission.operation().owner())) {
      throw new ApiException(new StorageError.InvalidSignature("The token is for another upload"));
    }
  }

  /// Gives an upload up.
  void terminate(Permission permission, UploadId id) {
    giveUp(permission.operation().project(), requireRight(permission, id));
  }

  private void giveUp(Project project, Resumable upload) {
    var backend = backends.of(project);
    backend.abandon(upload.key(project.name()), upload.storeUpload());
    if (upload.tail() > 0) {
      backend.delete(List.of(upload.tailKey(project.name())));
    }
    rows.delete(project, upload.id());
  }

  @Override
  public String name() {
    return "resumable-uploads";
  }

  @Override
  public void sweep(Project project) {
    rows.expired(project, EXPIRED_AT_ONCE).forEach(upload -> giveUp(project, upload));
  }

  /// Joins the parts and commits the row; asked again after a crash, it goes on where it stopped.
  private void complete(Project project, Resumable upload) {
    var admission =
        new Admission(
            project, upload.key(project.name()), upload.target(), upload.owner(), upload.length());
    try {
      uploads.settle(admission, upload.facts(), () -> joined(project, upload));
    } catch (ApiException e) {
      if (Uploads.isFinal(e)) {
        rows.delete(project, upload.id());
      }
      throw e;
    }
    rows.delete(project, upload.id());
  }

  private Written joined(Project project, Resumable upload) {
    var backend = backends.of(project);
    var key = upload.key(project.name());
    if (upload.parts().isEmpty()) {
      backend.abandon(key, upload.storeUpload());
      return backend.write(
          key, InputStream.nullInputStream(), OptionalLong.of(0), upload.facts().mimetype());
    }
    try {
      return backend.join(key, upload.storeUpload(), upload.parts());
    } catch (Backend.Missing e) {
      if (backend.exists(key)) {
        return Digests.joinedAs(upload.parts());
      }
      throw new ApiException(new StorageError.NoSuchUpload(upload.id().version()));
    }
  }
}

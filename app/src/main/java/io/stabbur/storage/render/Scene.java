package io.stabbur.storage.render;

import io.stabbur.storage.object.Transformation;
import java.awt.Color;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/// An image's size, and how it meets the size asked for. Images are never enlarged.
record Scene(int width, int height) {
  /// What is drawn: the scaled size, and the window of it that is kept.
  ///
  /// @param scaleX of the original's width
  /// @param left of the window, in scaled pixels
  record Plan(
      double scaleX,
      double scaleY,
      int scaledWidth,
      int scaledHeight,
      int left,
      int top,
      int width,
      int height) {

    BufferedImage draw(BufferedImage image, PictureFormat format) {
      var out =
          new BufferedImage(
              width,
              height,
              format.hasAlpha() ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB);
      var pen = out.createGraphics();
      try {
        pen.setRenderingHint(
            RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        pen.setRenderingHint(RenderingHints.KEY_RENDERING, RenderingHints.VALUE_RENDER_QUALITY);
        if (!format.hasAlpha()) {
          pen.setColor(Color.WHITE);
          pen.fillRect(0, 0, width, height);
        }
        pen.drawImage(image, -left, -top, scaledWidth, scaledHeight, null);
      } finally {
        pen.dispose();
      }
      return out;
    }
  }

  Plan plan(Transformation wish) {
    double wishedX = wish.width() == 0 ? 0 : (double) wish.width() / width;
    double wishedY = wish.height() == 0 ? 0 : (double) wish.height() / height;
    if (wishedX == 0 && wishedY == 0) {
      return whole(1, 1);
    }
    if (wishedX == 0 || wishedY == 0) {
      double scale = Math.min(1, Math.max(wishedX, wishedY));
      return whole(scale, scale);
    }
    return switch (wish.resize()) {
      case FILL -> whole(wishedX, wishedY);
      case CONTAIN -> {
        double scale = Math.min(1, Math.min(wishedX, wishedY));
        yield whole(scale, scale);
      }
      case COVER -> cover(wish, Math.min(1, Math.max(wishedX, wishedY)));
    };
  }

  private Plan whole(double scaleX, double scaleY) {
    int scaledWidth = scaled(width, scaleX);
    int scaledHeight = scaled(height, scaleY);
    return new Plan(scaleX, scaleY, scaledWidth, scaledHeight, 0, 0, scaledWidth, scaledHeight);
  }

  private static int scaled(int length, double scale) {
    return Math.max(1, (int) Math.round(length * scale));
  }

  private Plan cover(Transformation wish, double scale) {
    int scaledWidth = scaled(width, scale);
    int scaledHeight = scaled(height, scale);
    int keptWidth = Math.min(wish.width(), scaledWidth);
    int keptHeight = Math.min(wish.height(), scaledHeight);
    return new Plan(
        scale,
        scale,
        scaledWidth,
        scaledHeight,
        place(wish, Axis.ACROSS, scaledWidth, keptWidth),
        place(wish, Axis.DOWN, scaledHeight, keptHeight),
        keptWidth,
        keptHeight);
  }

  private enum Axis {
    ACROSS("we", "ea"),
    DOWN("no", "so");

    private final String start;
    private final String end;

    Axis(String start, String end) {
      this.start = start;
      this.end = end;
    }
  }

  /// Where the window begins, so that what the gravity names stays in sight.
  private static int place(Transformation wish, Axis axis, int length, int kept) {
    var gravity = wish.gravity() == null ? "ce" : wish.gravity();
    int room = length - kept;
    double offset = axis == Axis.ACROSS ? wish.xOffset() : wish.yOffset();
    double from =
        gravity.equals("fp")
            ? offset * length - kept / 2.0
            : gravity.contains(axis.start)
                ? offset
                : gravity.contains(axis.end) ? room - offset : room / 2.0 + offset;
    return (int) Math.clamp(Math.round(from), 0, room);
  }
}

package deepspeech.benchmark.soak;

import java.util.List;
import java.util.Locale;

/** Draws curves as an SVG file that needs nothing else. */
final class MemoryPlot {
  private static final int WIDTH = 960;
  private static final int HEIGHT = 420;
  private static final int LEFT = 70;
  private static final int RIGHT = 190;
  private static final int TOP = 40;
  private static final int BOTTOM = 50;
  private static final int LABEL_HEIGHT = 16;
  private static final List<String> COLOURS =
      List.of("#3b4fd1", "#c2570c", "#0f766e", "#9d174d", "#475569", "#6d28d9");

  private final List<MemoryCurve> curves;
  private final double steps;
  private final double mebibytes;
  private final StringBuilder svg = new StringBuilder();

  private MemoryPlot(List<MemoryCurve> curves) {
    this.curves = curves;
    this.steps =
        curves.stream()
            .flatMap(curve -> curve.samples().stream())
            .mapToLong(MemorySample::step)
            .max()
            .orElse(1);
    double highest = curves.stream().mapToDouble(MemoryCurve::highest).max().orElse(1);
    double tick = tick(highest);
    this.mebibytes = tick * Math.ceil(highest / tick);
  }

  /** Returns the text of the file. */
  static String of(List<MemoryCurve> curves, String title) {
    MemoryPlot plot = new MemoryPlot(curves);
    plot.frame(title);
    plot.lines();
    return plot.svg.append("</svg>\n").toString();
  }

  private void frame(String title) {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\""
            + " font-family=\"-apple-system, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif\""
            + " font-size=\"12\">",
        WIDTH, HEIGHT, title);
    add("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", WIDTH, HEIGHT);
    add(
        "<text x=\"%d\" y=\"22\" font-size=\"14\" font-weight=\"600\" fill=\"#0f172a\">%s</text>",
        LEFT, title);
    double rise = tick(mebibytes);
    for (double value = 0; value <= mebibytes + rise / 2; value += rise) {
      add(
          "<path d=\"M%d %.1fH%d\" stroke=\"#e2e8f0\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\""
              + " fill=\"#475569\">%.0f MiB</text>",
          LEFT, y(value), WIDTH - RIGHT, LEFT - 8, y(value) + 4, value);
    }
    double run = tick(steps);
    for (double step = 0; step <= steps * 1.001; step += run) {
      add(
          "<path d=\"M%.1f %dv5\" stroke=\"#475569\"/><text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\""
              + " fill=\"#475569\">%,.0f</text>",
          x(step), HEIGHT - BOTTOM, x(step), HEIGHT - BOTTOM + 20, step);
    }
    add(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"#475569\">steps</text>",
        (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8);
  }

  private void lines() {
    double free = 0;
    List<MemoryCurve> fromTop =
        curves.stream().sorted((one, other) -> Double.compare(last(other), last(one))).toList();
    for (MemoryCurve curve : fromTop) {
      String colour = COLOURS.get(curves.indexOf(curve) % COLOURS.size());
      StringBuilder path = new StringBuilder();
      for (MemorySample sample : curve.samples()) {
        path.append(
            String.format(
                Locale.ROOT,
                "%s%.1f %.1f",
                path.isEmpty() ? "M" : " ",
                x((double) sample.step()),
                y(MemoryCurve.mebibytes(sample))));
      }
      add("<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>", path, colour);
      double label = Math.max(y(last(curve)) + 4, free);
      free = label + LABEL_HEIGHT;
      add(
          "<text x=\"%d\" y=\"%.1f\" fill=\"%s\">%s, %.0f MiB</text>",
          WIDTH - RIGHT + 8, label, colour, curve.process(), last(curve));
    }
  }

  private static double last(MemoryCurve curve) {
    return MemoryCurve.mebibytes(curve.samples().get(curve.samples().size() - 1));
  }

  /** The distance of some five marks: 1, 2 or 5 times a power of ten. */
  private static double tick(double range) {
    double power = Math.pow(10, Math.floor(Math.log10(Math.max(1e-9, range / 5))));
    double least = range / 5 / power;
    return power * (least <= 1 ? 1 : least <= 2 ? 2 : least <= 5 ? 5 : 10);
  }

  private double x(double step) {
    return LEFT + step / Math.max(1, steps) * (WIDTH - LEFT - RIGHT);
  }

  private double y(double value) {
    return HEIGHT - BOTTOM - value / mebibytes * (HEIGHT - TOP - BOTTOM);
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}

package deepspeech.benchmark.dashboard;

import deepspeech.dashboard.page.Browser;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Loads views of the page with an empty cache, as on a first visit. */
final class PageLoads {
  private static final int LOADS = 7;

  private final Browser browser;
  private final String url;

  /**
   * Creates page loads in a browser.
   *
   * @param url URL of the page, with a slash at the end
   */
  PageLoads(Browser browser, String url) {
    this.browser = browser;
    this.url = url;
  }

  /**
   * The measurements of one load.
   *
   * @param firstPaint milliseconds until the first content is painted
   * @param content milliseconds until the requested content is present
   * @param heap size of the JavaScript objects after a collection, in bytes
   */
  private record Load(double firstPaint, double content, double heap) {}

  /**
   * Prints the medians of several loads, the first of which does not count.
   *
   * @param view the part of the address after the URL of the page
   * @param content CSS selector of the requested content
   */
  void print(String what, String view, String content) {
    List<Load> loads =
        IntStream.rangeClosed(0, LOADS).mapToObj(i -> load(view, content)).skip(1).toList();
    System.out.printf(
        Locale.ROOT,
        "%s: first paint after %.0f ms, content after %.0f ms, JavaScript heap %.1f MB%n",
        what,
        median(loads, Load::firstPaint),
        median(loads, Load::content),
        median(loads, Load::heap) / 1e6);
  }

  private Load load(String view, String content) {
    browser.open("about:blank");
    browser.driver().executeCdpCommand("Network.clearBrowserCache", Map.of());
    browser.open(url + view);
    browser.find(content);
    double shown = number("return performance.now()");
    double firstPaint =
        browser.until(
            () -> {
              double painted =
                  number(
                      "return performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1");
              return painted < 0 ? null : painted;
            },
            "a first paint");
    browser.driver().executeCdpCommand("HeapProfiler.collectGarbage", Map.of());
    Map<String, Object> heap = browser.driver().executeCdpCommand("Runtime.getHeapUsage", Map.of());
    return new Load(firstPaint, shown, ((Number) heap.get("usedSize")).doubleValue());
  }

  private double number(String script) {
    return ((Number) browser.run(script)).doubleValue();
  }

  private static double median(List<Load> loads, ToDoubleFunction<Load> figure) {
    double[] sorted = loads.stream().mapToDouble(figure).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}

package deepspeech.acoustic.torchscript;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A TorchScript module with callable methods. It holds no arrays, and all inputs are arguments. One
 * module therefore serves every device and thread.
 */
public final class TorchScriptModule implements AutoCloseable {
  private final Model model;
  private final PtSymbolBlock block;

  private TorchScriptModule(Model model) {
    this.model = model;
    this.block = (PtSymbolBlock) model.getBlock();
  }

  /**
   * Compiles an archive.
   *
   * @throws IllegalArgumentException if PyTorch rejects the source; the message contains PyTorch's
   *     reason and the line
   */
  public static TorchScriptModule load(TorchScriptArchive archive) {
    TorchEngine.start();
    Model model = Model.newInstance(archive.className(), Device.cpu(), TorchEngine.NAME);
    try {
      Path file = Files.createTempFile(archive.className(), ".pt");
      try {
        try (OutputStream out = Files.newOutputStream(file)) {
          archive.writeTo(out);
        }
        model.load(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      model.close();
      throw new UncheckedIOException("cannot pass " + archive.className() + " to PyTorch", e);
    } catch (MalformedModelException | RuntimeException e) {
      model.close();
      throw new IllegalArgumentException(
          archive.className() + " is not valid TorchScript: " + e.getMessage(), e);
    }
    return new TorchScriptModule(model);
  }

  /**
   * Calls a method in PyTorch's inference mode. Arrays that the method changes in place record no
   * history.
   *
   * @param scope owns the results
   * @return the arrays that the method returns; tuples and lists are flattened in order
   */
  public NDList call(NDManager scope, String method, ScriptArgument... arguments) {
    return forward(scope, method, false, arguments);
  }

  /**
   * Calls a method that may compute gradients internally.
   *
   * @param scope owns the results
   * @return the arrays that the method returns; tuples and lists are flattened in order
   */
  public NDList callWithGradients(NDManager scope, String method, ScriptArgument... arguments) {
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(true);
    try {
      return forward(scope, method, true, arguments);
    } finally {
      JniUtils.setGradMode(before);
    }
  }

  private NDList forward(
      NDManager scope, String method, boolean gradients, ScriptArgument... arguments) {
    // This setting applies per thread. TorchEngine explains why it is off.
    JniUtils.setGraphExecutorOptimize(Boolean.getBoolean("ai.djl.pytorch.graph_optimizer"));
    // DJL selects the method by the name of an array, groups lists by name, and assigns the results
    // to the manager of the first array.
    try (NDArray selector = scope.create(new Shape(0))) {
      selector.setName("module_method:" + method);
      NDList inputs = new NDList(selector);
      for (int i = 0; i < arguments.length; i++) {
        for (NDArray array : arguments[i].arrays()) {
          array.setName(arguments[i].isList() ? "list" + i + "[]" : null);
          inputs.add(array);
        }
      }
      return IValueUtils.forward(block, inputs, gradients);
    }
  }

  @Override
  public void close() {
    block.close();
    model.close();
  }
}

using System.Globalization;
using SecureCollectives.Bench.Rendering;
using SecureCollectives.Bench.Simulate.Model;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Simulate.Fit;

/// <summary>Formats the parameters of the model, each with its source.</summary>
internal static class ParameterTable
{
    private const string OnAllCores = "measured on all cores at once, at most eight";
    private const string Fitted = "fitted to real AllReduces between processes";
    private const string NotMeasured = "assumed, not measured: in the fitted worlds every rank had its own core";
    private const double NanosecondsPerSecond = 1e9;
    private const double MicrosecondsPerSecond = 1e6;
    private const double BytesPerGigabyte = 1e9;

    private static readonly TextColumns<(string Name, string Value, string Source)> Columns = new(
    [
        ("parameter", "", 34, line => line.Name),
        ("value", "", 30, line => line.Value),
        ("source", "", 78, line => line.Source),
    ]);

    /// <param name="parameters">The parameters.</param>
    /// <param name="cores">The number of cores of the machine on which they were measured.</param>
    /// <param name="width">The maximum length of a line, in characters.</param>
    public static IEnumerable<string> Lines(ModelParameters parameters, int cores, int width = OutputWidth.Unlimited)
    {
        var columns = Columns.Within(width, ["parameter", "value", "source"]);
        if (columns.LeftOut(Columns) is { } leftOut)
        {
            yield return leftOut;
        }

        var cipher = parameters.Cipher;
        (string Name, string Value, string Source)[] lines =
        [
            ("frame sent or received, each", Microseconds(parameters.SecondsPerFrame), Fitted),
            ("hand-off between loops of a host", Microseconds(parameters.HandoffSeconds), Fitted),
            ("kernel, send and receive, each", PerByte(parameters.SecondsPerByteSent), Fitted),
            ("core switch to another rank", Microseconds(parameters.SwitchSeconds), ParameterFit.SeesSwitches(cores)
                ? Fitted : NotMeasured),
            ("reduce", PerByte(parameters.SecondsPerByteReduced), OnAllCores),
            ("copy", PerByte(parameters.SecondsPerByteCopied), OnAllCores),
            ("seal, per frame", Microseconds(cipher.SealSecondsPerFrame), OnAllCores),
            ("seal, per byte", PerByte(cipher.SealSecondsPerByte), $"{OnAllCores}, {cipher.Engine}"),
            ("open, per frame", Microseconds(cipher.OpenSecondsPerFrame), OnAllCores),
            ("open, per byte", PerByte(cipher.OpenSecondsPerByte), $"{OnAllCores}, {cipher.Engine}"),
        ];
        yield return columns.Head[0];
        foreach (var line in lines)
        {
            yield return columns.Line(line);
        }
    }

    private static string Microseconds(double seconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{seconds * MicrosecondsPerSecond:0.000} us");

    private static string PerByte(double seconds) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{seconds * NanosecondsPerSecond:0.0000} ns/B ({1 / seconds / BytesPerGigabyte:0.0} GB/s)");
}

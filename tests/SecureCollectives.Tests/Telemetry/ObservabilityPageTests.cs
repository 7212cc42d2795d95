using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using SecureCollectives.Rpc;
using SecureCollectives.Telemetry;
using SecureCollectives.Testing;
using SecureCollectives.Transport;

namespace SecureCollectives.Tests.Telemetry;

/// <summary>docs/observability.md lists exactly the instruments, attributes and activities that the code has.</summary>
public sealed partial class ObservabilityPageTests
{
    private static readonly Type[] Classes = [typeof(Instruments), typeof(TransportMetrics), typeof(RpcMetrics)];

    [Fact]
    public void Page_Instruments_AreThoseOfTheCode()
    {
        var expected = Published().Select(static instrument => (instrument.Name, KindOf(instrument), instrument.Unit ?? string.Empty));

        var written = InstrumentRow().Matches(Page()).Select(static row => (row.Groups[1].Value, row.Groups[2].Value, row.Groups[3].Value));

        Assert.Equal(expected.Distinct().Order(), written.Order());
    }

    /// <summary>Assemblies share an instrument by name, so their declarations must be identical.</summary>
    [Fact]
    public void Instruments_OfOneName_AreAlike()
    {
        var instruments = Published();

        Assert.All(instruments, static instrument => Assert.Equal("0.1.0", instrument.Meter.Version));
        Assert.All(instruments.GroupBy(static instrument => instrument.Name),
            static same => Assert.Single(same.Select(static one => (one.GetType(), one.Unit, one.Description)).Distinct()));
    }

    [Fact]
    public void Page_AttributesAndActivities_AreThoseOfTheCode()
    {
        var page = Page();

        Assert.All(Constants(typeof(Attributes)).Concat(Constants(typeof(Tracing))),
            name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
    }

    private static string Page() => File.ReadAllText(RepositoryRoot.PathOf("docs", "observability.md"));

    private static IEnumerable<string> Constants(Type type) => type.GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(static field => field.IsLiteral).Select(static field => (string)field.GetRawConstantValue()!);

    private static Instrument[] Published()
    {
        Array.ForEach(Classes, static type => RuntimeHelpers.RunClassConstructor(type.TypeHandle));
        var published = new List<Instrument>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == "SecureCollectives")
            {
                published.Add(instrument);
            }
        };
        listener.Start();
        return [.. published];
    }

    private static string KindOf(Instrument instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "ObservableUpDownCounter" => "up-down counter",
        var name => name.ToLowerInvariant(),
    };

    [GeneratedRegex(@"^\| `(securecollectives\.[a-z._]+)` \| ([a-z-]+(?: [a-z]+)?) \| `([^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex InstrumentRow();
}

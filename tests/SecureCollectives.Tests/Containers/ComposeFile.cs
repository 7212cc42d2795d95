using SecureCollectives.Testing;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace SecureCollectives.Tests.Containers;

/// <summary>docker-compose.yml as the engine sees it, with its anchors merged.</summary>
internal static class ComposeFile
{
    private static readonly Lazy<Dictionary<string, Dictionary<string, object?>>> Loaded = new(() =>
    {
        using var reader = File.OpenText(RepositoryRoot.PathOf("docker-compose.yml"));
        var sections = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object?>>(new MergingParser(new Parser(reader)));
        return sections.ToDictionary(section => section.Key, section => Map(section.Value));
    });

    public static IReadOnlyCollection<string> Services => Section("services").Keys;

    public static string[] Workers =>
        [.. Services.Where(name => name.StartsWith("worker", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public static Dictionary<string, object?> Section(string name) => Loaded.Value[name];

    public static Dictionary<string, object?> Service(string name) => Map(Section("services")[name]);

    public static string? Text(string service, string key) => Service(service).GetValueOrDefault(key) as string;

    /// <summary>Returns the entries of a list; empty if the service has no such list.</summary>
    public static string[] List(string service, string key) =>
        [.. (Service(service).GetValueOrDefault(key) as IEnumerable<object> ?? []).Cast<string>()];

    public static Dictionary<string, object?> Map(object? value) => value is IDictionary<object, object?> map
        ? map.ToDictionary(entry => (string)entry.Key, entry => entry.Value)
        : [];
}

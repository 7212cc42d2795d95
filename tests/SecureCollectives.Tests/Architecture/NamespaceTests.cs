namespace SecureCollectives.Tests.Architecture;

/// <summary>
/// Checks the layers inside the assemblies: each namespace uses exactly the namespaces that <see cref="NamespaceRules"/> lists.
/// </summary>
public sealed class NamespaceTests
{
    private const string Prefix = $"{NamespaceRules.Api}.";

    private static readonly string[] Assemblies = [.. Layers.References.Keys, Layers.CommandLine, Layers.Cli];

    [Fact]
    public void Namespaces_All_HaveARule()
    {
        var namespaces = Assemblies.SelectMany(name => Layers.Load(name).GetTypes()).Where(IsOurs).Select(type => Short(type.Namespace!))
            .Distinct();

        Assert.Equal(NamespaceRules.Uses.Keys.Order(StringComparer.Ordinal), namespaces.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Uses_OfOtherNamespaces_AreThoseOfTheRules()
    {
        var uses = Assemblies.SelectMany(name => TypeUse.In(Layers.Load(name)))
            .Where(use => IsOurs(use.User) && IsOurs(use.Used) && use.User.Namespace != use.Used.Namespace)
            .Distinct()
            .ToLookup(use => (User: Short(use.User.Namespace!), Used: Rule(use.User, use.Used)));
        var rules = Edges(NamespaceRules.Uses).Concat(Edges(NamespaceRules.UsesUpward)).ToHashSet();

        // Proves that the scan covers method bodies: TcpLane uses Libc only there.
        Assert.Contains(uses[("Transport.Tcp", "Transport.Native")], use => use is { User.Name: "TcpLane", Used.Name: "Libc" });
        var offences = uses.Where(use => !rules.Contains(use.Key)).SelectMany(use => use)
            .Select(use => $"{use.User} uses {use.Used}: not in the rules")
            .Concat(rules.Where(rule => !uses.Contains(rule))
                .Select(rule => $"{rule.User} does not use {rule.Used}: the rule is not needed"))
            .ToArray();
        Assert.True(offences.Length == 0, string.Join('\n', offences));
    }

    /// <summary>Repeatedly removes the namespaces that use none of those remaining; any left at the end are in a cycle.</summary>
    [Fact]
    public void Rules_OfNamespaces_HaveNoCycle()
    {
        var left = NamespaceRules.Uses.Keys.ToHashSet();
        while (left.RemoveWhere(user => !NamespaceRules.Uses[user].Any(left.Contains)) > 0)
        {
        }

        Assert.Empty(left);
    }

    private static IEnumerable<(string User, string Used)> Edges(IReadOnlyDictionary<string, string[]> rules) =>
        rules.SelectMany(rule => rule.Value.Select(used => (rule.Key, used)));

    /// <summary>Returns the rule that would allow a use: the used type's namespace if that is allowed as a whole, else the type.</summary>
    private static string Rule(Type user, Type used)
    {
        var ns = Short(used.Namespace!);
        return NamespaceRules.Uses.GetValueOrDefault(Short(user.Namespace!), []).Contains(ns) ? ns : Short(used.FullName!);
    }

    private static string Short(string name) => name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;

    private static bool IsOurs(Type type) =>
        type.Namespace is { } ns && (ns == NamespaceRules.Api || ns.StartsWith(Prefix, StringComparison.Ordinal));
}

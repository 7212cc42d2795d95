using System.Reflection;
using Grpc.Core;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Architecture;

/// <summary>
/// The five assemblies of the library with the references that each may have, and the programs above them. References point down only.
/// </summary>
internal static class Layers
{
    public const string Framing = "SecureCollectives.Framing";
    public const string Security = "SecureCollectives.Security";
    public const string Rpc = "SecureCollectives.Rpc";
    public const string Transport = "SecureCollectives.Transport";
    public const string Top = "SecureCollectives";
    public const string CommandLine = "SecureCollectives.CommandLine";
    public const string Cli = "SecureCollectives.Cli";
    public const string Bench = "SecureCollectives.Bench";
    public const string DataParallel = "DataParallel";
    public const string ShardedWeights = "ShardedWeights";
    public const string Pipeline = "Pipeline";
    public const string Learning = "Learning";
    public const string Telemetry = "Telemetry";

    /// <summary>The exact references of each library assembly. Security and Rpc are siblings.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> References = new Dictionary<string, string[]>
    {
        [Framing] = [],
        [Rpc] = [],
        [Security] = [Framing],
        [Transport] = [Framing, Rpc, Security],
        [Top] = [Framing, Rpc, Security, Transport],
    };

    /// <summary>
    /// The exact references of the programs, which import the library as users do, and of the projects they share. No program references
    /// another.
    /// </summary>
    public static readonly IReadOnlyDictionary<string, string[]> ProgramReferences = new Dictionary<string, string[]>
    {
        [CommandLine] = [Top, Security],
        [Cli] = [Top, CommandLine, Security],
        [Bench] = [Top, CommandLine, Framing, Security, Transport],
        [DataParallel] = [Learning, Top],
        [ShardedWeights] = [Learning, Top],
        [Pipeline] = [Learning, Top],
        [Learning] = [],
        [Telemetry] = [Top],
    };

    public static TheoryData<string> Names => [.. References.Keys];

    public static TheoryData<string> Programs => [.. ProgramReferences.Keys];

    public static Assembly Load(string name) => Assembly.Load(name == Cli ? "secure-collectives" : name);

    /// <summary>Returns an assembly's top-level types, without those that the compiler or protoc generates.</summary>
    public static IEnumerable<Type> WrittenTypes(string name) => Load(name).GetTypes().Where(type =>
        !type.IsNested && type.Namespace is { } ns && ns.StartsWith(Top, StringComparison.Ordinal) && !type.Name.Contains('<')
            && !IsFromProto(type));

    /// <summary>Returns a project's source files, without those that the build generates.</summary>
    public static IEnumerable<string> SourceFiles(string name)
    {
        var folder = FolderOf(name);
        return Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"));
    }

    /// <summary>Returns the folder of a project.</summary>
    public static string FolderOf(string name) => RepositoryRoot.PathOf(
        name switch
        {
            Bench => "bench",
            DataParallel or ShardedWeights or Pipeline or Learning or Telemetry => "examples",
            _ => "src",
        },
        name);

    /// <summary>
    /// Returns whether protoc generated the type: a message, a service or a descriptor. The option Access="Internal" sets their visibility.
    /// </summary>
    private static bool IsFromProto(Type type) =>
        type.GetInterface("Google.Protobuf.IMessage") is not null
        || Array.Exists(type.GetNestedTypes(), nested => nested.IsDefined(typeof(BindServiceMethodAttribute), inherit: false))
        || (type.Name.EndsWith("Reflection", StringComparison.Ordinal) && type.GetProperty("Descriptor") is not null);
}

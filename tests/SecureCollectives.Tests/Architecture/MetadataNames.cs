using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace SecureCollectives.Tests.Architecture;

/// <summary>The types and members of other assemblies that an assembly refers to, as listed in its metadata.</summary>
internal static class MetadataNames
{
    public static string[] Types(Assembly assembly) =>
        Read(assembly, static reader => reader.TypeReferences.Select(handle => FullName(reader, handle)));

    /// <summary>Returns the members as "Type.Member".</summary>
    public static string[] Members(Assembly assembly) => Read(assembly, static reader =>
        from handle in reader.MemberReferences
        let member = reader.GetMemberReference(handle)
        where member.Parent.Kind == HandleKind.TypeReference
        select $"{FullName(reader, (TypeReferenceHandle)member.Parent)}.{reader.GetString(member.Name)}");

    private static string[] Read(Assembly assembly, Func<MetadataReader, IEnumerable<string>> names)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        return [.. names(file.GetMetadataReader())];
    }

    private static string FullName(MetadataReader reader, TypeReferenceHandle handle)
    {
        var type = reader.GetTypeReference(handle);
        return $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";
    }
}

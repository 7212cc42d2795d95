using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace SecureCollectives.Tests.Architecture;

/// <summary>
/// Finds the types that a type uses: in its declaration, its members' signatures, its attributes and the instructions of its methods.
/// </summary>
internal static class TypeUse
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue =
        typeof(OpCodes).GetFields().Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    /// <summary>Returns all uses in an assembly. Closures and state machines count as the type that declares them.</summary>
    public static IEnumerable<(Type User, Type Used)> In(Assembly assembly) =>
        from type in assembly.GetTypes()
        from used in Of(type).SelectMany(Parts).Distinct()
        select (Outermost(type), Outermost(used));

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static IEnumerable<Type> Of(Type type)
    {
        IEnumerable<MethodBase> methods = [.. type.GetMethods(Declared), .. type.GetConstructors(Declared)];
        return new[] { type.BaseType }.OfType<Type>()
            .Concat(type.GetInterfaces())
            .Concat(type.GetGenericArguments().SelectMany(parameter => parameter.GetGenericParameterConstraints()))
            .Concat(type.GetFields(Declared).Select(field => field.FieldType))
            .Concat(new MemberInfo[] { type }.Concat(type.GetMembers(Declared)).SelectMany(Attributes))
            .Concat(methods.SelectMany(method => Signature(method).Concat(Body(type, method))));
    }

    /// <summary>
    /// Returns the parts of a type: a generic type's definition and arguments, or the element type of an array, pointer or reference.
    /// </summary>
    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!)
        : type.IsGenericParameter ? []
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition())
        : [type];

    private static IEnumerable<Type> Attributes(MemberInfo member) => member.GetCustomAttributesData().SelectMany(attribute =>
        attribute.ConstructorArguments.Select(argument => argument.Value).OfType<Type>().Append(attribute.AttributeType));

    private static IEnumerable<Type> Signature(MethodBase method) => method.GetParameters().Select(parameter => parameter.ParameterType)
        .Concat(method is MethodInfo { ReturnType: var result } ? [result] : [])
        .Concat(method.IsGenericMethod ? method.GetGenericArguments().Concat(
            method.GetGenericArguments().Where(argument => argument.IsGenericParameter)
                .SelectMany(argument => argument.GetGenericParameterConstraints())) : []);

    private static IEnumerable<Type> Body(Type type, MethodBase method)
    {
        if (method.GetMethodBody() is not { } body)
        {
            return [];
        }

        var typeArguments = type.IsGenericType ? type.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        return body.LocalVariables.Select(local => local.LocalType)
            .Concat(body.ExceptionHandlingClauses.Where(clause => clause.Flags == ExceptionHandlingClauseOptions.Clause)
                .Select(clause => clause.CatchType!))
            .Concat(Tokens(body.GetILAsByteArray()!).Select(token => type.Module.ResolveMember(token, typeArguments, methodArguments)!)
                .SelectMany(Named));
    }

    private static IEnumerable<Type> Named(MemberInfo member) => member switch
    {
        Type type => [type],
        FieldInfo field => [field.DeclaringType!, field.FieldType],
        MethodBase method => Signature(method).Concat(method.DeclaringType is { } declaring ? [declaring] : []),
        _ => [],
    };

    /// <summary>Returns the metadata tokens in a method's instructions (ECMA-335, III.1.9 and VI.C.2).</summary>
    private static IEnumerable<int> Tokens(byte[] instructions)
    {
        for (var at = 0; at < instructions.Length;)
        {
            short value = instructions[at++];
            if (value == 0xFE)
            {
                value = (short)(0xFE00 | instructions[at++]);
            }

            switch (OpCodesByValue[value].OperandType)
            {
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    at++;
                    break;
                case OperandType.InlineVar:
                    at += 2;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    at += 8;
                    break;
                case OperandType.InlineSwitch:
                    at += 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(instructions.AsSpan(at)));
                    break;
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    yield return BinaryPrimitives.ReadInt32LittleEndian(instructions.AsSpan(at));
                    at += 4;
                    break;
                default:
                    at += 4;
                    break;
            }
        }
    }
}

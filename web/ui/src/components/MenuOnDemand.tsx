/** A menu whose parts are made when it is first opened: a floor of hundreds has hundreds of buttons, not of menus. */

import { ActionIcon, Menu, Tooltip, type ActionIconProps } from "@mantine/core";
import { useEffect, useRef, useState, type ReactNode } from "react";

interface Props {
  label: string;
  icon: ReactNode;
  width: number;
  button: Pick<ActionIconProps, "variant" | "color" | "size">;
  hint?: boolean;
  children: () => ReactNode;
}

export function MenuOnDemand(props: Props) {
  const [wanted, setWanted] = useState(false);
  const { label, icon, button, hint = false } = props;
  if (wanted) return <WholeMenu {...props} />;
  return (
    <ActionIcon
      {...button}
      aria-label={label}
      title={hint ? label : undefined}
      aria-haspopup="menu"
      aria-expanded={false}
      onClick={() => setWanted(true)}
    >
      {icon}
    </ActionIcon>
  );
}

function WholeMenu({ label, icon, width, button, hint = false, children }: Props) {
  const target = useRef<HTMLButtonElement>(null);
  const [opened, setOpened] = useState(false);
  useEffect(() => {
    // The button that was pressed has made way for this one; the menu gives the focus back to whoever has it now.
    target.current?.focus();
    setOpened(true);
  }, []);
  const whole = (
    <ActionIcon {...button} ref={target} aria-label={label}>
      {icon}
    </ActionIcon>
  );
  return (
    <Menu position="bottom-end" shadow="md" width={width} opened={opened} onChange={setOpened}>
      <Menu.Target>
        {hint ? (
          <Tooltip withinPortal={false} label={label} disabled={opened}>
            {whole}
          </Tooltip>
        ) : (
          whole
        )}
      </Menu.Target>
      <Menu.Dropdown>{opened && children()}</Menu.Dropdown>
    </Menu>
  );
}
